/**
 * Cards through the Xilinx Runtime (XRT): its C API behind handles that check in Java what XRT would answer with a crash
 * or with silence. {@link io.octospark.xrt.Xrt} is the entry.
 */
package io.octospark.xrt;
