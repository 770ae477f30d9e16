package io.octospark.compute.cpu;

import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.operator.SharedOperators;
import io.octospark.inversion.batch.BatchInversion;
import io.octospark.inversion.batch.BatchOperator;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import java.util.List;
import java.util.Optional;

/**
 * CPU cores as compute units: whichever core Spark gives the task.
 *
 * @param precision arithmetic of the products
 * @param operator form of the operator
 */
public record CpuBackend(Precision precision, OperatorForm operator) implements Backend {
    /** Name of this kind of unit. */
    public static final String KEY = "cpu";

    private static final long serialVersionUID = 1L;

    /** Returns the description of every unit of this kind. */
    public static UnitDescription description() {
        return new UnitDescription(KEY, "cpu", null, null, null);
    }

    @Override
    public String key() {
        return KEY;
    }

    /** Returns 1, every pass: this is what the other backends are compared with. */
    @Override
    public int residualRefresh() {
        return 1;
    }

    @Override
    public boolean isOnCards() {
        return false;
    }

    @Override
    public long operatorBytes(InversionProblem problem, int tasks) {
        return operator.bytes(precision, problem, tasks);
    }

    @Override
    public Optional<BatchInversion> batch(InversionProblem problem, PhaseClock clock) {
        if (operator != OperatorForm.GRAM) {
            return Optional.empty();
        }
        long start = System.nanoTime();
        BatchOperator shared = SharedOperators.batch(problem.grid(), problem.survey());
        clock.addSince(Phase.ALLOC, start);
        return Optional.of(
                new BatchInversion(problem.inversion(), shared, nanos -> clock.add(Phase.DOTPROD, nanos, 0)));
    }

    @Override
    public ComputeUnit<LinearOperator> open(
            UnitAddress address, List<UnitAddress> others, RowOperator operator, PhaseClock clock) {
        return CpuComputeUnit.with(precision, operator, clock);
    }

    @Override
    public ComputeUnit<LoadableOperator> openSlots(
            UnitAddress address, List<UnitAddress> others, int rows, int cells, PhaseClock clock) {
        return CpuComputeUnit.withSlot(precision, operator, clock);
    }
}
