package io.octospark.physics.forward;

import io.octospark.model.ForwardModelSettings;
import io.octospark.model.ForwardModelSettings.Born;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModel;

/** Makes forward models. */
public final class ForwardModels {
    private ForwardModels() {}

    /** The forward model of these settings. It computes nothing yet but what all frequencies share. */
    public static ForwardModel of(Grid grid, Survey survey, ForwardModelSettings settings) {
        if (settings instanceof Born) {
            return new IncidentFields(grid, survey);
        }
        throw new UnsupportedOperationException("no forward model yet for " + settings);
    }
}
