package io.octospark.reconstruct;

import io.octospark.compute.operator.SharedOperators;
import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.Born;
import io.octospark.model.Grid;
import io.octospark.model.InversionProblem;
import io.octospark.model.Survey;
import io.octospark.model.SyntheticSettings;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.TotalFieldOperator;
import java.util.SplittableRandom;

/**
 * Makes the data that a survey would measure of models, with noise. Those of a grid depend on its contrast, its number, the
 * noise and the seed only. Serves one thread at a time.
 */
public final class SyntheticData {
    private final Grid grid;
    private final Survey survey;
    private final SyntheticSettings settings;
    private final ForwardModel model;

    /** @param model the forward model of the settings */
    public SyntheticData(InversionProblem problem, SyntheticSettings settings, ForwardModel model) {
        grid = problem.grid();
        survey = problem.survey();
        this.settings = settings;
        this.model = model;
    }

    /**
     * The data of a contrast.
     *
     * @param id number of its grid
     * @throws io.octospark.physics.ForwardModelException if its total fields can't be computed
     */
    public ComplexVector of(double[] contrast, long id) {
        ComplexVector data = ComplexVector.zeros((int) survey.measurements());
        operator(contrast).forward(contrast, data);
        // Real and imaginary part have half of the noise's power each.
        double amplitude = settings.noise() * Math.sqrt(data.normSquared() / data.length() / 2);
        // The seed is mixed first: otherwise grid 1 of seed 0 would have the noise of grid 0 of seed 1.
        SplittableRandom random = new SplittableRandom(new SplittableRandom(settings.seed()).nextLong() + id);
        for (int row = 0; row < data.length(); row++) {
            data.re()[row] += amplitude * random.nextGaussian();
            data.im()[row] += amplitude * random.nextGaussian();
        }
        return data;
    }

    private LinearOperator operator(double[] contrast) {
        if (settings.forwardModel() instanceof Born) {
            return SharedOperators.factored(grid, survey);
        }
        ComplexVector[][] receiverFields = SharedOperators.receiverFields(grid, survey);
        return TotalFieldOperator.of(receiverFields, model, 0, receiverFields.length - 1, contrast);
    }
}
