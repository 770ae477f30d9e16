package io.octospark.compute;

import io.octospark.compute.operator.OperatorForm;
import io.octospark.inversion.batch.BatchInversion;
import io.octospark.model.InversionProblem;
import io.octospark.physics.LinearOperator;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** A kind of compute unit with its settings. The driver makes one, the tasks of a run open their units with it. */
public interface Backend extends Serializable {
    /** The name, as the commands' option {@code --backend} has it. */
    String key();

    /** The form of the operator that units of this kind compute with. */
    OperatorForm operator();

    /** Passes of an inversion on such a unit from one computation of the residual to the next. */
    int residualRefresh();

    /**
     * Inverts many grids at once, where units of this kind do that; empty where each grid goes through the products of an
     * {@linkplain #open opened} unit.
     *
     * @param clock told what is spent on what
     */
    default Optional<BatchInversion> batch(InversionProblem problem, PhaseClock clock) {
        return Optional.empty();
    }

    /**
     * Opens a unit and makes the products with an operator ready on it. Waits while another task uses the unit.
     *
     * @param address the unit, or null where one is as good as another
     * @param others units that may take its place if it has failed
     * @param operator the operator, in the form of this backend
     * @param clock told what is spent on what
     */
    ComputeUnit open(UnitAddress address, List<UnitAddress> others, LinearOperator operator, PhaseClock clock);

    /**
     * Opens a unit for grids that bring operators of their own, as {@link #open} else.
     *
     * @param rows most rows of these operators
     * @param cells their cells
     */
    ComputeUnit openForOwn(UnitAddress address, List<UnitAddress> others, int rows, int cells, PhaseClock clock);
}
