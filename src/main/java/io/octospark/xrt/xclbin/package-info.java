/**
 * Reading and writing xclbin files, the containers of FPGA designs, in plain Java: nothing native is loaded. The layout is
 * that of {@code xclbin.h} in the Xilinx Runtime (XRT).
 */
package io.octospark.xrt.xclbin;
