/** What is Spark's: sessions, data sets as RDDs, the task that reconstructs a partition, plugin and resource discovery. */
package io.octospark.spark;
