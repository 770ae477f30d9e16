/** Compute units, what they measure, and the operators that units of one process share. */
package io.octospark.compute;
