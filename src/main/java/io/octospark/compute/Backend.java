package io.octospark.compute;

import io.octospark.compute.operator.OperatorForm;
import io.octospark.inversion.batch.BatchInversion;
import io.octospark.model.InversionProblem;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** A kind of compute unit with its settings. The driver makes one; the tasks of a run open their units with it. */
public interface Backend extends Serializable {
    /** Returns the name, as the option {@code --backend} has it. */
    String key();

    /** Returns the form of the operator that units of this kind compute with. */
    OperatorForm operator();

    /** Returns after how many passes an inversion on such a unit computes the residual again. */
    int residualRefresh();

    /** Returns whether the units are on cards, real or emulated; else they are CPU cores. */
    boolean isOnCards();

    /**
     * Returns how much of a process's memory operators take.
     *
     * @param tasks tasks that the process runs at the same time
     */
    long operatorBytes(InversionProblem problem, int tasks);

    /**
     * Returns this backend with another limit for the failures after which a process does not use a unit again. CPU cores
     * have no such limit.
     */
    default Backend quarantineAfter(int failures) {
        return this;
    }

    /**
     * Returns the inversion of many grids at once, if units of this kind can do that; otherwise each grid goes through the
     * products of a unit that was {@linkplain #open opened}.
     *
     * @param clock receives the time of the products
     */
    default Optional<BatchInversion> batch(InversionProblem problem, PhaseClock clock) {
        return Optional.empty();
    }

    /**
     * Opens a unit and makes the products with an operator ready on it. Waits while another task uses the unit.
     *
     * @param address the unit on a card; CPU cores have no address, null
     * @param others units that may take its place if it has failed
     * @param operator the operator, in the form of this backend
     * @param clock receives the time of all phases
     */
    ComputeUnit<LinearOperator> open(
            UnitAddress address, List<UnitAddress> others, RowOperator operator, PhaseClock clock);

    /**
     * Opens a unit with slots for the operators that grids bring. Otherwise the same as {@link #open}.
     *
     * @param rows the most rows that such an operator has
     * @param cells its cells
     */
    ComputeUnit<LoadableOperator> openSlots(
            UnitAddress address, List<UnitAddress> others, int rows, int cells, PhaseClock clock);
}
