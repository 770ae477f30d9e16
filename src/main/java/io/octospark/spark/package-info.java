/** The Spark job: data sets as RDDs, reconstruction per partition, progress, writing. Knows no command line. */
package io.octospark.spark;
