package io.octospark.reconstruct;

import io.octospark.error.ErrorCode;
import io.octospark.inversion.NonLinearInversion;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionProblem;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.ForwardModelException;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.TotalFieldOperator;

/** The inversion with total fields: every grid brings operators of its own to its place on the unit. */
public final class NonLinearGridInversion implements GridInversion {
    private final ComplexVector[][] receiverFields;
    private final ForwardModel forwardModel;
    private final LoadableOperator place;
    private final NonLinearInversion inversion;
    private final double[] start;

    /** @param start the contrast that inversions start from */
    public NonLinearGridInversion(
            InversionProblem problem,
            ComplexVector[][] receiverFields,
            ForwardModel forwardModel,
            LoadableOperator place,
            int residualRefresh,
            double[] start) {
        this.receiverFields = receiverFields;
        this.forwardModel = forwardModel;
        this.place = place;
        inversion = new NonLinearInversion(problem, receiverFields, forwardModel, residualRefresh);
        this.start = start;
    }

    @Override
    public Reconstruction ofContrast(double[] truth) {
        TotalFieldOperator k;
        try {
            k = TotalFieldOperator.of(receiverFields, forwardModel, 0, receiverFields.length - 1, truth);
        } catch (ForwardModelException e) {
            return Reconstruction.failed(
                    ErrorCode.GRID_DATA_NOT_MADE, "the data of the true contrast: " + e.getMessage());
        }
        ComplexVector data = ComplexVector.zeros(k.rows());
        k.forward(truth, data);
        return ofPressure(data);
    }

    @Override
    public Reconstruction ofPressure(ComplexVector pressure) {
        return inversion.invert(place, pressure, start);
    }
}
