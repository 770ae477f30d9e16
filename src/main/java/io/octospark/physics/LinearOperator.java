package io.octospark.physics;

import io.octospark.model.ComplexVector;

/**
 * A linear map K from contrast (real, one number per cell) to data (complex, one number per measurement), given by the
 * two products that an inversion needs. FPGA designs call them {@code dotprod} and {@code update}.
 *
 * <p>An instance serves one thread at a time.
 */
public interface LinearOperator {
    /** Measurements: the length of a data vector. */
    int rows();

    /** Cells: the length of a contrast vector. */
    int cells();

    /** Forward product: {@code data = K contrast}. */
    void forward(double[] contrast, ComplexVector data);

    /** Real part of the adjoint product: {@code gradient = Re(K^H residual)}. */
    void adjoint(ComplexVector residual, double[] gradient);
}
