/** OctoRay's text files of results: import and export. */
package io.octospark.results.octoray;
