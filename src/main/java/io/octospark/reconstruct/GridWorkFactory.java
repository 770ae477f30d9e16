package io.octospark.reconstruct;

import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.GridDeadline;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.operator.SharedOperators;
import io.octospark.inversion.batch.BatchInversion;
import io.octospark.inversion.batch.BatchProjection;
import io.octospark.model.ComplexVector;
import io.octospark.model.DataGrid;
import io.octospark.model.ForwardModelSettings;
import io.octospark.model.InversionProblem;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.Reduction;
import io.octospark.physics.forward.ForwardModels;
import io.octospark.results.GridRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sets up the reconstruction of a partition's grids: the operator, the unit, and a worker for each grid that the unit has in
 * flight. Serves one thread.
 */
public final class GridWorkFactory {
    /** Opens a unit of a backend, or one of others in its place. */
    public interface Opening<P extends LinearOperator> {
        ComputeUnit<P> open(UnitAddress address, List<UnitAddress> others);
    }

    /** Finds the unit of a task and has it opened. */
    public interface Opener {
        <P extends LinearOperator> ComputeUnit<P> open(Opening<P> opening);
    }

    private final GridContext context;
    private final InversionProblem problem;
    private final Backend backend;
    private final Opener opener;
    private final PhaseClock clock;
    private final Runnable checkKilled;

    /**
     * @param opener called at most once; not where many grids at once are inverted on a core
     * @param clock told what is spent on what
     * @param checkKilled throws when the task is to end
     */
    public GridWorkFactory(
            GridContext context, Backend backend, Opener opener, PhaseClock clock, Runnable checkKilled) {
        this.context = context;
        problem = context.problem();
        this.backend = backend;
        this.opener = opener;
        this.clock = clock;
        this.checkKilled = checkKilled;
    }

    /**
     * Sets up the work on grids.
     *
     * @param start the model that non-linear inversions start from
     * @param isolated whether units have failed with the grid, the only one: it fails itself if one fails again
     */
    public GridWork on(Iterator<DataGrid> grids, StartModel start, boolean isolated) {
        Optional<BatchInversion> batch = backend.batch(problem, clock);
        GridWork work;
        if (batch.isPresent()) {
            work = new BatchWork(context, batch.get(), projection(), grids, clock, checkKilled);
        } else {
            List<Function<DataGrid, GridRecord>> workers = new ArrayList<>();
            ComputeUnit<?> unit = problem.isLinear() ? linear(workers) : nonLinear(workers, start.contrast(problem));
            work = new UnitWork(unit, grids, workers, checkKilled);
        }
        return isolated ? new IsolatedWork(work, context) : work;
    }

    private Optional<BatchProjection<Long>> projection() {
        if (!context.isMeasured()) {
            return Optional.empty();
        }
        long start = System.nanoTime();
        BatchProjection<Long> projection =
                new BatchProjection<>(SharedOperators.factored(problem.grid(), problem.survey()));
        clock.addSince(Phase.ALLOC, start);
        return Optional.of(projection);
    }

    /** Opens a unit with Born's operator and adds what inverts on it. */
    private ComputeUnit<LinearOperator> linear(List<Function<DataGrid, GridRecord>> workers) {
        long start = System.nanoTime();
        Reduction reduction = SharedOperators.get(backend.operator(), problem.grid(), problem.survey());
        clock.addSince(Phase.ALLOC, start);
        ComputeUnit<LinearOperator> unit =
                opener.open((address, others) -> backend.open(address, others, reduction.operator(), clock));
        for (LinearOperator products : unit.products()) {
            PhaseClock inProducts = new PhaseClock();
            GridDeadline deadline = new GridDeadline(context.deadline());
            LinearGridInversion inversion = new LinearGridInversion(
                    problem, reduction, inProducts.on(deadline.on(products)), backend.residualRefresh());
            workers.add(worker(unit, inversion, deadline, inProducts));
        }
        return unit;
    }

    /** Opens a unit for the operators of grids and adds what inverts on it. */
    private ComputeUnit<LoadableOperator> nonLinear(
            List<Function<DataGrid, GridRecord>> workers, double[] startContrast) {
        long start = System.nanoTime();
        ComplexVector[][] receiverFields = SharedOperators.receiverFields(problem.grid(), problem.survey());
        clock.addSince(Phase.ALLOC, start);
        int rows = Math.toIntExact(problem.operatorRows());
        ComputeUnit<LoadableOperator> unit = opener.open((address, others) ->
                backend.openSlots(address, others, rows, problem.grid().cells(), clock));
        for (LoadableOperator slot : unit.products()) {
            PhaseClock elsewhere = new PhaseClock();
            GridDeadline deadline = new GridDeadline(context.deadline());
            NonLinearGridInversion inversion = new NonLinearGridInversion(
                    problem,
                    receiverFields,
                    forwardModel(problem.forwardModel(), deadline, elsewhere),
                    elsewhere.on(deadline.on(slot)),
                    backend.residualRefresh(),
                    startContrast);
            workers.add(worker(unit, inversion, deadline, elsewhere));
        }
        return unit;
    }

    private ForwardModel forwardModel(ForwardModelSettings settings, GridDeadline deadline, PhaseClock elsewhere) {
        ForwardModel model = ForwardModels.of(problem.grid(), problem.survey(), settings);
        return elsewhere.on(clock.on(deadline.on(model)));
    }

    private GridReconstruction worker(
            ComputeUnit<?> unit, GridInversion inversion, GridDeadline deadline, PhaseClock elsewhere) {
        Optional<SyntheticData> synthetic = Optional.ofNullable(problem.synthetic())
                .map(settings -> new SyntheticData(
                        problem, settings, forwardModel(settings.forwardModel(), deadline, elsewhere)));
        return new GridReconstruction(context.on(unit.description()), inversion, synthetic, deadline, elsewhere, clock);
    }
}
