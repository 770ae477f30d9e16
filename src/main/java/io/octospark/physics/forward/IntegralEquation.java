package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.ForwardModelException;
import io.octospark.physics.GreensFunction;

/**
 * Total fields by the integral (Lippmann-Schwinger) equation at the centres of the cells,
 *
 * <pre>p(x) = p0(x) + sum_y Gv[x, y] chi(y) p(y)</pre>
 *
 * with the {@linkplain GreensConvolution matrix Gv}. Contrast and field count as constant in a cell and the cell's own
 * contribution is left out, so that the error shrinks with the cells, relative to the wavelength; see docs/theory.md.
 *
 * <p>One frequency takes {@code 16 cells (sources + 6)} bytes and what its solver keeps for one source at a time: a few
 * fields for the plain Neumann series, one for each pass for GMRES, two for the fitted series.
 */
final class IntegralEquation implements ForwardModel {
    private final Grid grid;
    private final Survey survey;
    private final ScatteringSolver solver;

    IntegralEquation(Grid grid, Survey survey, Integral settings) {
        this.grid = grid;
        this.survey = survey;
        this.solver = switch (settings.solver()) {
            case NEUMANN_SERIES -> new NeumannSeries(settings.maxPasses(), settings.tolerance(), false);
            case FITTED_SERIES -> new NeumannSeries(settings.maxPasses(), settings.tolerance(), true);
            case GMRES -> new Gmres(settings.maxPasses(), settings.tolerance());
        };
    }

    @Override
    public ComplexVector[] totalFields(int frequency, double[] contrast) {
        GreensConvolution gv = new GreensConvolution(grid, survey.wavenumber(frequency));
        ComplexVector[] fields = GreensFunction.incidentFields(grid, survey, frequency);
        for (int s = 0; s < fields.length; s++) {
            try {
                fields[s] = solver.solve(gv, contrast, fields[s]);
            } catch (ForwardModelException e) {
                throw Failures.at(survey, frequency, s, e.getMessage());
            }
            Failures.requireFinite(survey, frequency, s, fields[s]);
        }
        return fields;
    }
}
