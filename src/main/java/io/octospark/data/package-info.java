/**
 * Data-set files: readers that start at any grid, writers, and the generator of synthetic models. All files go through
 * Hadoop's {@link org.apache.hadoop.fs.FileSystem}, so local folders, HDFS and object stores work alike.
 */
package io.octospark.data;
