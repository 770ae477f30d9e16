package io.octospark.reconstruct;

import io.octospark.inversion.ConjugateGradientInversion;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionProblem;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.ReducedData;
import io.octospark.physics.Reduction;

/** The inversion with Born's operator, which all grids share. */
public final class LinearGridInversion implements GridInversion {
    private final Reduction reduction;
    private final LinearOperator products;
    private final ConjugateGradientInversion inversion;
    private final ComplexVector data;

    public LinearGridInversion(
            InversionProblem problem, Reduction reduction, LinearOperator products, int residualRefresh) {
        this.reduction = reduction;
        this.products = products;
        inversion = new ConjugateGradientInversion(problem.grid(), problem.inversion(), residualRefresh);
        data = ComplexVector.zeros(reduction.operator().rows());
    }

    @Override
    public Reconstruction ofContrast(double[] truth) {
        // What a contrast makes has no part that none could explain, so the reduced data are made directly.
        reduction.operator().forward(truth, data);
        return inversion.invert(products, data);
    }

    @Override
    public Reconstruction ofPressure(ComplexVector pressure) {
        ReducedData reduced = reduction.reduce(pressure);
        return inversion.invert(products, reduced.data(), reduced.constant());
    }
}
