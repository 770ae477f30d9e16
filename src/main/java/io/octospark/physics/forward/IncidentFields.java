package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.GreensFunction;

/** The Born approximation as a forward model: the total field is the incident field for any contrast. */
final class IncidentFields implements ForwardModel {
    private final Grid grid;
    private final Survey survey;

    IncidentFields(Grid grid, Survey survey) {
        this.grid = grid;
        this.survey = survey;
    }

    @Override
    public ComplexVector[] totalFields(int frequency, double[] contrast) {
        return GreensFunction.incidentFields(grid, survey, frequency);
    }
}
