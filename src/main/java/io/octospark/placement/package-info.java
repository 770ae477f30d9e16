/** Placement: which grids each compute unit gets. Knows nothing of Spark. */
package io.octospark.placement;
