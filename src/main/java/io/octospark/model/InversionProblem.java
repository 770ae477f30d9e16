package io.octospark.model;

import java.io.Serializable;

/**
 * An inversion problem: what to invert and how. All grids of a kernel share it.
 *
 * @param grid geometry of the contrast
 * @param survey sources, receivers, frequencies
 * @param inversion parameters of the inversion
 * @param forwardModel how data depend on the contrast
 * @param synthetic how synthetic data are made; null for the inversion's own forward model without noise
 * @param nonLinear further parameters if data are not linear in the contrast, else null
 */
public record InversionProblem(
        Grid grid,
        Survey survey,
        InversionSettings inversion,
        ForwardModelSettings forwardModel,
        SyntheticSettings synthetic,
        NonLinearSettings nonLinear)
        implements Serializable {

    /** Makes a problem with Born's forward model. */
    public InversionProblem(Grid grid, Survey survey, InversionSettings inversion) {
        this(grid, survey, inversion, new ForwardModelSettings.Born(), null, null);
    }

    /**
     * Returns the rows of the operator: all measurements, or those of the largest stage if there are frequency stages.
     */
    public long operatorRows() {
        return operatorFrequencies()
                * survey.receivers().size()
                * survey.sources().size();
    }

    /** Returns the frequencies of the operator: all, or those of the largest stage if there are frequency stages. */
    public long operatorFrequencies() {
        return isLinear()
                ? survey.frequenciesHz().size()
                : nonLinear.stages().stream()
                        .mapToLong(stage -> stage.lastFrequency() - stage.firstFrequency() + 1)
                        .max()
                        .orElseThrow();
    }

    /** Returns whether the inversion's own forward model makes synthetic data, which flatters the inversion. */
    public boolean sameOperator() {
        return synthetic == null || synthetic.forwardModel().equals(forwardModel);
    }

    /** Returns whether data are linear in the contrast. */
    public boolean isLinear() {
        return forwardModel instanceof ForwardModelSettings.Born;
    }
}
