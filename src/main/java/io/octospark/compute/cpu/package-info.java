/** Compute units that are CPU cores. */
package io.octospark.compute.cpu;
