package io.octospark.compute;

import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;

/**
 * A piece of hardware that computes the two products of an inversion: a compute unit of an FPGA's bitstream, or a CPU
 * core in its place. A task opens one unit, loads an operator once, inverts its grids through it and closes the unit:
 *
 * <pre>{@code
 * PhaseClock clock = new PhaseClock();
 * try (ComputeUnit unit = new CpuComputeUnit(Precision.FLOAT64, clock)) {
 *     LinearOperator k = unit.load(operator);
 *     Reconstruction result = new ConjugateGradientInversion(grid, settings).invert(k, data);
 * }
 * }</pre>
 *
 * <p>A unit and the operators it has loaded serve one thread at a time.
 */
public interface ComputeUnit extends AutoCloseable {
    /**
     * Makes an operator ready on this unit. Its products are timed as {@link Phase#DOTPROD} and {@link Phase#UPDATE} on
     * the clock that the unit was opened with.
     */
    LinearOperator load(BornOperator operator);

    /** What kind of unit this is, as the commands' option {@code --backend} names it. */
    String backend();

    /** The device's name as the result tables show it. */
    String device();

    /** Gives the unit back. Closing twice does nothing more. */
    @Override
    void close();
}
