/** Checks of a cluster's hosts over ssh. Independent of Spark. */
package io.octospark.hosts;
