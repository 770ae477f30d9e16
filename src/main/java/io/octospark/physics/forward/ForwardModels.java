package io.octospark.physics.forward;

import io.octospark.model.ForwardModelSettings;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModel;

/** Makes forward models. */
public final class ForwardModels {
    private ForwardModels() {}

    /** The forward model of these settings. It computes nothing yet but what all frequencies share. */
    public static ForwardModel of(Grid grid, Survey survey, ForwardModelSettings settings) {
        if (settings instanceof Integral integral) {
            return new IntegralEquation(grid, survey, integral);
        }
        if (settings instanceof FiniteDifference finiteDifference) {
            return new FiniteDifferences(grid, survey, finiteDifference);
        }
        return new IncidentFields(grid, survey);
    }
}
