/** The HTML report of runs, and pictures of grids: reads the result tables and their views, knows nothing of the job. */
package io.octospark.report;
