/**
 * The inner loops of inversions in two arithmetics, plain Java and the Vector API, and the one place that chooses between
 * them: {@link io.octospark.arithmetic.Arithmetic}. Which numbers the loops compute is said here, how in the packages below.
 */
package io.octospark.arithmetic;
