/**
 * The entry for other Spark applications, {@link io.octospark.OctoSpark}. The packages below are internal, from the command line at
 * the top to errors at the bottom; README.md has the map.
 */
package io.octospark;
