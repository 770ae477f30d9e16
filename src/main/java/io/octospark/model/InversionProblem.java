package io.octospark.model;

import java.io.Serializable;

/**
 * What is to be inverted and how, the same for all grids of a kernel.
 *
 * @param grid geometry of the contrast
 * @param survey sources, receivers, frequencies
 * @param inversion parameters of the inversion
 * @param forwardModel how data depend on the contrast
 * @param synthetic how data of models are made; null for the inversion's own forward model without noise
 * @param nonLinear further parameters of the inversion where data are not linear in the contrast, else null
 */
public record InversionProblem(
        Grid grid,
        Survey survey,
        InversionSettings inversion,
        ForwardModelSettings forwardModel,
        SyntheticSettings synthetic,
        NonLinearSettings nonLinear)
        implements Serializable {

    /** With Born's forward model. */
    public InversionProblem(Grid grid, Survey survey, InversionSettings inversion) {
        this(grid, survey, inversion, new ForwardModelSettings.Born(), null, null);
    }

    /** Rows of the operator: all measurements, or with frequency stages those of the stage that has most. */
    public long operatorRows() {
        return operatorFrequencies()
                * survey.receivers().size()
                * survey.sources().size();
    }

    /** Frequencies of the operator: all, or with frequency stages those of the stage that has most. */
    public long operatorFrequencies() {
        return isLinear()
                ? survey.frequenciesHz().size()
                : nonLinear.stages().stream()
                        .mapToLong(stage -> stage.lastFrequency() - stage.firstFrequency() + 1)
                        .max()
                        .orElseThrow();
    }

    /** Whether data of models are made by the inversion's own forward model, which flatters the inversion. */
    public boolean sameOperator() {
        return synthetic == null || synthetic.forwardModel().equals(forwardModel);
    }

    /** Whether data are linear in the contrast. */
    public boolean isLinear() {
        return forwardModel instanceof ForwardModelSettings.Born;
    }
}
