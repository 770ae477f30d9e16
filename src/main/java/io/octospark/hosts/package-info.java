/** Checks of a cluster's hosts over ssh. Knows nothing of Spark. */
package io.octospark.hosts;
