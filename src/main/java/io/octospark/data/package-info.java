/**
 * Data-set files: readers that hand out grids in slices, writers, and the generator of synthetic models. Files are reached
 * through Hadoop's {@link org.apache.hadoop.fs.FileSystem}, so local folders, HDFS and object stores work alike.
 */
package io.octospark.data;
