package io.octospark.model.experiment;

import io.octospark.model.Grid;
import io.octospark.model.InversionSettings;
import io.octospark.model.Survey;
import java.io.Serializable;

/**
 * What is to be inverted and how, the same for all grids of a kernel.
 *
 * @param grid geometry of the contrast
 * @param survey sources, receivers, frequencies
 * @param inversion parameters of the inversion
 */
public record InversionProblem(Grid grid, Survey survey, InversionSettings inversion) implements Serializable {}
