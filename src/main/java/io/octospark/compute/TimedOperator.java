package io.octospark.compute;

import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;

/** Times the products of an operator as {@link Phase#DOTPROD} and {@link Phase#UPDATE}. */
public class TimedOperator implements LinearOperator {
    private final LinearOperator operator;
    private final PhaseClock clock;

    public TimedOperator(LinearOperator operator, PhaseClock clock) {
        this.operator = operator;
        this.clock = clock;
    }

    @Override
    public final int rows() {
        return operator.rows();
    }

    @Override
    public final int cells() {
        return operator.cells();
    }

    @Override
    public final void forward(double[] contrast, ComplexVector data) {
        long start = System.nanoTime();
        operator.forward(contrast, data);
        clock.addSince(Phase.DOTPROD, start);
    }

    @Override
    public final void adjoint(ComplexVector residual, double[] gradient) {
        long start = System.nanoTime();
        operator.adjoint(residual, gradient);
        clock.addSince(Phase.UPDATE, start);
    }
}
