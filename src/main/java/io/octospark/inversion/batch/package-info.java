/**
 * Inversion of many grids at once, one in each lane of the processor's vectors, with the normal operator in the place of
 * the Born operator.
 */
package io.octospark.inversion.batch;
