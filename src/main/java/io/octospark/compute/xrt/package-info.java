/**
 * Compute units of FPGA cards, real or emulated: opened once by each process, lent to one task at a time. {@code CardPool}
 * lends them, {@code CardUnit} holds what is on the card, {@code UnitProducts} computes.
 */
package io.octospark.compute.xrt;
