/** Compute units, the watches on their products, and what they measure. */
package io.octospark.compute;
