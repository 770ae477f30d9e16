package io.octospark.compute;

import io.octospark.physics.LinearOperator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A piece of hardware that computes the two products of an inversion: a compute unit of an FPGA's bitstream, or a CPU
 * core in its place. A task opens one unit, inverts its grids and closes the unit:
 *
 * <pre>{@code
 * PhaseClock clock = new PhaseClock();
 * try (ComputeUnit<LinearOperator> unit = backend.open(address, List.of(), operator, clock)) {
 *     LinearOperator k = unit.products().get(0);
 *     Reconstruction result = new ConjugateGradientInversion(grid, settings).invert(k, data);
 * }
 * }</pre>
 *
 * @param <P> its products: with the operator that it was opened with, or with those that grids load
 */
public interface ComputeUnit<P extends LinearOperator> extends AutoCloseable {
    /**
     * Returns the products on this unit, one entry for each grid that may be in flight. Each entry serves one thread at a
     * time, all of them serve at the same time: while the products of one grid execute, another may load its operator.
     * Products are timed as {@link Phase#DOTPROD} and {@link Phase#UPDATE} on the clock that the unit was opened with.
     */
    List<P> products();

    /** Returns what the unit is. */
    UnitDescription description();

    /**
     * Returns the share of the time from the unit's first call to its last in which a product was executing; empty if that
     * is not measured.
     */
    OptionalDouble busyShare();

    /** Returns the samples of the device's sensors since the last time that this was asked; empty without sensors. */
    List<DeviceSample> takeSamples();

    /** Gives the unit back. Closing twice does nothing more. */
    @Override
    void close();
}
