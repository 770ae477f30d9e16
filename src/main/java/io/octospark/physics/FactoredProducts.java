package io.octospark.physics;

import io.octospark.model.ComplexVector;

/** The products of a {@link FactoredOperator}, of its folded rows. May be used by any number of threads. */
interface FactoredProducts {
    /** {@code data = K contrast}. */
    void forward(double[] contrast, ComplexVector data);

    /** {@code gradient = Re(K^H residual)}. */
    void adjoint(ComplexVector residual, double[] gradient);
}
