/** The result tables: their columns, where they are, how they are read. */
package io.octospark.results;
