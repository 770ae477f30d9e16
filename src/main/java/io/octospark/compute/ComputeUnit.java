package io.octospark.compute;

import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A piece of hardware that computes the two products of an inversion: a compute unit of an FPGA's bitstream, or a CPU
 * core in its place. A task opens one unit with one operator, inverts its grids and closes the unit:
 *
 * <pre>{@code
 * PhaseClock clock = new PhaseClock();
 * try (ComputeUnit unit = backend.open(address, List.of(), operator, clock)) {
 *     LinearOperator k = unit.products().get(0);
 *     Reconstruction result = new ConjugateGradientInversion(grid, settings).invert(k, data);
 * }
 * }</pre>
 */
public interface ComputeUnit extends AutoCloseable {
    /**
     * The operator's products on this unit, as often as there should be grids in flight: each entry serves one thread at
     * a time, all of them at the same time. They are timed as {@link Phase#DOTPROD} and {@link Phase#UPDATE} on the clock
     * that the unit was opened with. None if the unit was opened for operators that grids bring.
     */
    List<LinearOperator> products();

    /**
     * Places for operators that grids bring, each with products of its own, used as {@link #products}: while a grid's
     * products execute another may load its operator. None if the unit was opened with an operator.
     */
    List<LoadableOperator> places();

    /** What the unit is. */
    UnitDescription description();

    /**
     * Of the time from the first to the last call of this unit, the share in which a product was executing; empty where
     * that is not measured.
     */
    OptionalDouble busyShare();

    /** What the sensors of the unit's device showed while it was in use, since somebody last asked; empty without sensors. */
    List<DeviceSample> takeSamples();

    /** Gives the unit back. Closing twice does nothing more. */
    @Override
    void close();
}
