package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;

/**
 * Solves the integral equation {@code p = p0 + Gv (chi p)} for the total field p. Keeps nothing from one field to the next
 * and may be shared by any number of threads.
 */
interface ScatteringSolver {
    /**
     * The total field.
     *
     * @param gv the convolution Gv
     * @param contrast chi
     * @param incident p0; is not changed
     * @throws io.octospark.physics.ForwardModelException if the solver knows that it did not reach its tolerance
     */
    ComplexVector solve(GreensConvolution gv, double[] contrast, ComplexVector incident);
}
