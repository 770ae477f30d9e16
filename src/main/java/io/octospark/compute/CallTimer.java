package io.octospark.compute;

import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;

/** Adds up the time that its user spends in an operator's products, waiting included. */
public final class CallTimer implements LinearOperator {
    private final LinearOperator operator;
    private long nanos;

    public CallTimer(LinearOperator operator) {
        this.operator = operator;
    }

    /** The time so far. */
    public long nanos() {
        return nanos;
    }

    @Override
    public int rows() {
        return operator.rows();
    }

    @Override
    public int cells() {
        return operator.cells();
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        long start = System.nanoTime();
        operator.forward(contrast, data);
        nanos += System.nanoTime() - start;
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        long start = System.nanoTime();
        operator.adjoint(residual, gradient);
        nanos += System.nanoTime() - start;
    }
}
