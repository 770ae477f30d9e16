/** Commands that read results: queries, comparison, reports, pictures, import and export. */
package io.octospark.cli.results;
