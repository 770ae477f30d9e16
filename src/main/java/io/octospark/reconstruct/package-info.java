/** The reconstruction of grids on one compute unit: in batches on CPU cores, a few in flight on cards. Knows no Spark. */
package io.octospark.reconstruct;
