/**
 * The problem's data: grid, survey, contrast and velocity, the experiment's configuration, data-set files. Knows nothing
 * of any other package of this application.
 */
package io.octospark.model;
