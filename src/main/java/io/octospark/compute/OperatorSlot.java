package io.octospark.compute;

import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import java.util.function.Function;

/** A slot of a compute unit for the operators that grids bring: its products are with the one that was loaded last. */
public final class OperatorSlot implements LoadableOperator {
    private final Function<RowOperator, LinearOperator> loader;
    private LinearOperator loaded;

    /** @param loader makes the products with an operator ready on the unit */
    public OperatorSlot(Function<RowOperator, LinearOperator> loader) {
        this.loader = loader;
    }

    @Override
    public void load(RowOperator operator) {
        // The one before may be freed while the next is made.
        loaded = null;
        loaded = loader.apply(operator);
    }

    @Override
    public int rows() {
        return loaded.rows();
    }

    @Override
    public int cells() {
        return loaded.cells();
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        loaded.forward(contrast, data);
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        loaded.adjoint(residual, gradient);
    }
}
