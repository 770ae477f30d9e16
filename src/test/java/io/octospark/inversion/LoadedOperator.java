package io.octospark.inversion;

import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;

/** The products with the operator that was loaded last, in its own arithmetic. */
class LoadedOperator implements LoadableOperator {
    private LinearOperator last;

    @Override
    public void load(RowOperator operator) {
        last = operator;
    }

    @Override
    public int rows() {
        return last.rows();
    }

    @Override
    public int cells() {
        return last.cells();
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        last.forward(contrast, data);
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        last.adjoint(residual, gradient);
    }
}
