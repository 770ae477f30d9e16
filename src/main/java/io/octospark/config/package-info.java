/** Experiment and cluster configuration: records, and readers that check every key. */
package io.octospark.config;
