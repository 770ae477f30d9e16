/** The inversion problem: grid, survey, contrast, settings, and the grids of a data set. Uses no other package. */
package io.octospark.model;
