/** The grids of each compute unit: how a run is split and placed. Independent of Spark. */
package io.octospark.placement;
