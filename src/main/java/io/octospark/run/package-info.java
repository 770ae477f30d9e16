/** A run from plan to summary: options, dispatch of grids to Spark jobs, journal of results, resume. */
package io.octospark.run;
