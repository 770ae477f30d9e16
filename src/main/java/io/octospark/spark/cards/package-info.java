/** Cards on a Spark cluster: resources, preloading of bitstreams, metrics. */
package io.octospark.spark.cards;
