package io.octospark.spark;

import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.GridDeadline;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.operator.SharedOperators;
import io.octospark.compute.xrt.CardPool;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.UnitVerdict;
import io.octospark.error.ErrorCode;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.inversion.batch.BatchInversion;
import io.octospark.inversion.batch.BatchProjection;
import io.octospark.model.ComplexVector;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.ForwardModelSettings;
import io.octospark.model.GridRanges;
import io.octospark.model.InversionProblem;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.Reduction;
import io.octospark.physics.forward.ForwardModels;
import io.octospark.placement.UnitAssignment;
import io.octospark.reconstruct.BatchWork;
import io.octospark.reconstruct.GridInversion;
import io.octospark.reconstruct.GridReconstruction;
import io.octospark.reconstruct.GridWork;
import io.octospark.reconstruct.LinearGridInversion;
import io.octospark.reconstruct.NonLinearGridInversion;
import io.octospark.reconstruct.SyntheticData;
import io.octospark.reconstruct.TakenGrids;
import io.octospark.reconstruct.UnitFault;
import io.octospark.reconstruct.UnitShare;
import io.octospark.reconstruct.UnitWork;
import io.octospark.results.EventRecord;
import io.octospark.results.GridRecord;
import io.octospark.results.ModelComparison;
import io.octospark.results.StopRequest;
import io.octospark.results.UnitPlace;
import io.octospark.results.UnitRecord;
import io.octospark.spark.cards.FpgaResources;
import io.octospark.spark.cards.UnitMetrics;
import io.octospark.xrt.XrtException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The work of one partition: opens a compute unit, streams the partition's grids through it and yields a row of the
 * {@code grids} table for each, in the order in which they are done. The unit is given back, and the report sent, by the
 * task's completion listener: rows are made while Spark writes them, long after {@link #call} has returned.
 */
public final class ReconstructionTask implements Function2<Integer, Iterator<DataGrid>, Iterator<Row>> {
    private static final long serialVersionUID = 1L;

    /** Before an attempt ends that another place may do better. */
    private static final long PAUSE_SECONDS = 2;

    private static final long LONGEST_PAUSE_SECONDS = 60;
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Attempts after which a host that was named is taken for gone: 16 s, in which a new executor would have come. */
    private static final int ATTEMPTS_ON_NAMED_HOST = 8;

    /** Spark's id of the executor in local mode. */
    private static final String DRIVER = "driver";

    private final List<UnitAssignment> assignments;
    private final boolean strictHosts;
    private final DataKind dataKind;
    private final StartModel startModel;
    private final Backend backend;

    /** All units of cards that the run has: any of them may take the place of one that has failed. */
    private final List<UnitAddress> units;

    private final int repeat;
    private final UnitShare share;
    private final StopRequest stop;
    private final Broadcast<SerializableConfiguration> configuration;

    /** Whether each partition is a grid that units have failed with: it fails itself if one fails again. */
    private final boolean isolated;

    /** Time that a grid may take, null for any. */
    private final Duration gridDeadline;

    private final LongAccumulator gridsDone;
    private final CollectionAccumulator<UnitReport> reports;

    public ReconstructionTask(
            List<UnitAssignment> assignments,
            List<UnitAddress> units,
            boolean strictHosts,
            DataKind dataKind,
            StartModel startModel,
            Backend backend,
            int repeat,
            UnitShare share,
            StopRequest stop,
            Broadcast<SerializableConfiguration> configuration,
            boolean isolated,
            Duration gridDeadline,
            LongAccumulator gridsDone,
            CollectionAccumulator<UnitReport> reports) {
        this.assignments = assignments;
        this.units = units;
        this.strictHosts = strictHosts;
        this.dataKind = dataKind;
        this.startModel = startModel;
        this.backend = backend;
        this.repeat = repeat;
        this.share = share;
        this.stop = stop;
        this.configuration = configuration;
        this.isolated = isolated;
        this.gridDeadline = gridDeadline;
        this.gridsDone = gridsDone;
        this.reports = reports;
    }

    @Override
    public Iterator<Row> call(Integer partition, Iterator<DataGrid> grids) {
        return new Rows(assignments.get(partition), grids);
    }

    /** Opens a unit, or one of others in its place. */
    private interface Opening<P extends LinearOperator> {
        ComputeUnit<P> open(UnitAddress address, List<UnitAddress> others);
    }

    private final class Rows implements Iterator<Row> {
        private final Instant startedAt = Instant.now();
        private final long taskStart = System.nanoTime();
        private final UnitAssignment assignment;
        private final TaskContext task;
        private final PhaseClock clock = new PhaseClock();
        private final TakenGrids taken;
        private final GridWork work;

        /** The grid that takes the blame for the failure of its unit. */
        private Long blamed;

        /** When the last row was handed over to be written; 0 before the first. */
        private long handedOver;

        private long computed;
        private long failed;
        private long converged;
        private long iterations;

        Rows(UnitAssignment assignment, Iterator<DataGrid> grids) {
            this.assignment = assignment;
            task = TaskContext.get();
            taken = new TakenGrids(
                    grids,
                    assignment.ranges(),
                    share,
                    stop.new Watch(configuration.value().value()));
            Optional<BatchInversion> batch = backend.batch(assignment.problem(), clock);
            work = batch.isPresent()
                    ? new BatchWork(
                            batch.get(),
                            projection(),
                            taken,
                            assignment,
                            repeat,
                            dataKind,
                            Optional.ofNullable(gridDeadline),
                            clock,
                            this::checkKilled)
                    : onUnit();
            task.addTaskCompletionListener((TaskCompletionListener) this::end);
        }

        private Optional<BatchProjection<Long>> projection() {
            if (dataKind != DataKind.PRESSURE) {
                return Optional.empty();
            }
            InversionProblem problem = assignment.problem();
            long start = System.nanoTime();
            BatchProjection<Long> projection =
                    new BatchProjection<>(SharedOperators.factored(problem.grid(), problem.survey()));
            clock.addSince(Phase.ALLOC, start);
            return Optional.of(projection);
        }

        private GridWork onUnit() {
            checkHost();
            List<Function<DataGrid, GridRecord>> workers = new ArrayList<>();
            ComputeUnit<?> unit = assignment.problem().isLinear() ? linear(workers) : nonLinear(workers);
            return new UnitWork(unit, taken, workers, this::checkKilled);
        }

        /** Opens a unit with Born's operator and adds what inverts on it. */
        private ComputeUnit<LinearOperator> linear(List<Function<DataGrid, GridRecord>> workers) {
            InversionProblem problem = assignment.problem();
            long start = System.nanoTime();
            Reduction reduction = SharedOperators.get(backend.operator(), problem.grid(), problem.survey());
            clock.addSince(Phase.ALLOC, start);
            ComputeUnit<LinearOperator> unit =
                    open((address, others) -> backend.open(address, others, reduction.operator(), clock));
            for (LinearOperator products : unit.products()) {
                PhaseClock inProducts = new PhaseClock();
                GridDeadline deadline = new GridDeadline(Optional.ofNullable(gridDeadline));
                workers.add(worker(
                        unit,
                        new LinearGridInversion(
                                problem, reduction, inProducts.on(deadline.on(products)), backend.residualRefresh()),
                        deadline,
                        inProducts));
            }
            return unit;
        }

        /** Opens a unit for the operators of grids and adds what inverts on it. */
        private ComputeUnit<LoadableOperator> nonLinear(List<Function<DataGrid, GridRecord>> workers) {
            InversionProblem problem = assignment.problem();
            double[] startContrast = startModel.contrast(problem);
            long start = System.nanoTime();
            ComplexVector[][] receiverFields = SharedOperators.receiverFields(problem.grid(), problem.survey());
            clock.addSince(Phase.ALLOC, start);
            int rows = Math.toIntExact(problem.operatorRows());
            ComputeUnit<LoadableOperator> unit = open((address, others) ->
                    backend.openSlots(address, others, rows, problem.grid().cells(), clock));
            for (LoadableOperator slot : unit.products()) {
                PhaseClock elsewhere = new PhaseClock();
                GridDeadline deadline = new GridDeadline(Optional.ofNullable(gridDeadline));
                workers.add(worker(
                        unit,
                        new NonLinearGridInversion(
                                problem,
                                receiverFields,
                                forwardModel(problem.forwardModel(), deadline, elsewhere),
                                elsewhere.on(deadline.on(slot)),
                                backend.residualRefresh(),
                                startContrast),
                        deadline,
                        elsewhere));
            }
            return unit;
        }

        private ForwardModel forwardModel(ForwardModelSettings settings, GridDeadline deadline, PhaseClock elsewhere) {
            InversionProblem problem = assignment.problem();
            ForwardModel model = ForwardModels.of(problem.grid(), problem.survey(), settings);
            return elsewhere.on(clock.on(deadline.on(model)));
        }

        private GridReconstruction worker(
                ComputeUnit<?> unit, GridInversion inversion, GridDeadline deadline, PhaseClock elsewhere) {
            InversionProblem problem = assignment.problem();
            Optional<SyntheticData> synthetic = Optional.ofNullable(problem.synthetic())
                    .map(settings -> new SyntheticData(
                            problem, settings, forwardModel(settings.forwardModel(), deadline, elsewhere)));
            return new GridReconstruction(
                    assignment,
                    cu(unit.description()),
                    backend.key(),
                    repeat,
                    dataKind,
                    inversion,
                    synthetic,
                    deadline,
                    elsewhere,
                    clock);
        }

        /**
         * Opens a unit, which is closed when the task ends. On a cluster Spark decides who gets which unit, in local mode
         * the tasks among themselves.
         */
        private <P extends LinearOperator> ComputeUnit<P> open(Opening<P> opening) {
            ComputeUnit<P> unit = openWhereGiven(opening);
            task.addTaskCompletionListener((TaskCompletionListener) ended -> unit.close());
            return unit;
        }

        private <P extends LinearOperator> ComputeUnit<P> openWhereGiven(Opening<P> opening) {
            UnitAddress planned = assignment.address();
            String given = FpgaResources.address(task);
            if (given == null || planned == null) {
                return opening.open(planned, units);
            }
            List<UnitAddress> onCard = FpgaResources.unitsOnCard(given, planned.bitstream(), units);
            UnitAddress address = onCard.stream()
                    .filter(unit -> given.endsWith("/cu" + unit.cu()))
                    .findFirst()
                    .orElseGet(() -> onCard.get(0));
            try {
                return opening.open(address, onCard);
            } catch (XrtException e) {
                boolean exhausted = CardPools.ofProcess()
                        .current()
                        .filter(pool -> pool.isExhausted(List.of(FpgaResources.cardOf(given))))
                        .isPresent();
                if (exhausted) {
                    // Spark gives the address to the same task again, at once, while those that work are in use.
                    pause(Math.min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS << Math.min(task.attemptNumber(), 10)));
                }
                throw e;
            }
        }

        /**
         * Ends an attempt on another host than the named one, before anything is built. It comes to an end slowly: Spark
         * tries again at once, and the wanted host may need a moment to have an executor.
         */
        private void checkHost() {
            UnitAddress planned = assignment.address();
            boolean onCluster = planned != null && FpgaResources.address(task) != null;
            boolean pinned = onCluster
                    && planned.host() != null
                    && (strictHosts || task.attemptNumber() < ATTEMPTS_ON_NAMED_HOST);
            if (pinned && !planned.host().equals(executorHost())) {
                pause(PAUSE_SECONDS);
                throw new IllegalStateException(
                        "partition %d is for host %s and was started on %s; it ends without computing, to be tried elsewhere"
                                .formatted(assignment.partition(), planned.host(), executorHost()));
            }
        }

        private void pause(long seconds) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
                checkKilled();
                LockSupport.parkNanos(CHECK_NANOS);
            }
        }

        /** Neither source nor writer asks; the unit must not stay taken until the partition is through. */
        private void checkKilled() {
            if (task.isInterrupted()) {
                throw new CancellationException("the task was killed");
            }
        }

        @Override
        public boolean hasNext() {
            if (handedOver != 0) {
                clock.addSince(Phase.WRITE, handedOver);
                handedOver = 0;
            }
            return work.hasNext() || isToBlame();
        }

        @Override
        public Row next() {
            GridRecord record = isToBlame() ? blamed() : work.next();
            computed++;
            failed += record.reconstruction().stopReason() == StopReason.FAILED ? 1 : 0;
            converged += record.reconstruction().stopReason().converged() ? 1 : 0;
            iterations += record.reconstruction().iterations();
            gridsDone.add(1);
            UnitMetrics.gridDone(work.description());
            handedOver = System.nanoTime();
            return record.toRow();
        }

        private boolean isToBlame() {
            return isolated && blamed == null && work.fault().isPresent();
        }

        private GridRecord blamed() {
            UnitFault fault = work.fault().get();
            blamed = fault.inFlight().get(0);
            return new GridRecord(
                    blamed,
                    new GridRecord.Context(
                            place(work.description()),
                            backend.key(),
                            dataKind,
                            assignment.problem().sameOperator()),
                    Reconstruction.failed(
                            ErrorCode.GRID_ATTEMPTS,
                            "units fail with it, again when it was alone on one: "
                                    + fault.failure().getMessage()),
                    ModelComparison.NONE,
                    (System.nanoTime() - taskStart) / 1e9);
        }

        /** The unit's number, of the one that computes: another may have taken the place of the planned one. */
        private int cu(UnitDescription unit) {
            return unit.cu() == null ? assignment.cu() : unit.cu();
        }

        private UnitPlace place(UnitDescription unit) {
            return new UnitPlace(repeat, assignment.partition(), assignment.id(), cu(unit));
        }

        private void end(TaskContext task) {
            // Before the report, so that all calls are in it.
            work.close();
            UnitDescription description = work.description();
            // Spark drops what a failed attempt adds.
            UnitRecord record = new UnitRecord(
                    place(description),
                    new UnitRecord.TaskAttempt(
                            hostName(),
                            SparkEnv.get().executorId(),
                            task.attemptNumber(),
                            startedAt,
                            (System.nanoTime() - taskStart) / 1e9),
                    description,
                    computed,
                    work.busyShare().orElse(Double.NaN),
                    clock.timings());
            // Left to the next attempt by one that fails.
            List<DeviceSample> samples = task.isFailed() ? List.of() : work.takeSamples();
            GridRanges inFlight = GridRanges.ofSorted(work.fault().map(UnitFault::inFlight).orElse(List.of()).stream()
                    .filter(grid -> !grid.equals(blamed))
                    .mapToLong(Long::longValue)
                    .sorted()
                    .iterator());
            reports.add(new UnitReport(
                    record,
                    failed,
                    converged,
                    iterations,
                    samples,
                    taken.rest(),
                    inFlight,
                    task.isFailed() ? List.of() : events(description)));
        }

        /** What has happened to units of this process since a task has told it, and to the grid of this one. */
        private List<EventRecord> events(UnitDescription unit) {
            List<EventRecord> events = new ArrayList<>();
            List<UnitVerdict> verdicts =
                    CardPools.ofProcess().current().map(CardPool::takeVerdicts).orElse(List.of());
            for (UnitVerdict verdict : verdicts) {
                EventRecord.Kind kind =
                        verdict.givenUp() ? EventRecord.Kind.UNIT_QUARANTINED : EventRecord.Kind.UNIT_FAILED;
                events.add(EventRecord.builder(kind, verdict.at())
                        .repeat(repeat)
                        .host(hostName())
                        .device(verdict.device())
                        .cu(verdict.unit().cu())
                        .build(verdict.message()));
            }
            if (blamed != null) {
                events.add(EventRecord.builder(EventRecord.Kind.GRID_BLAMED, Instant.now())
                        .place(place(unit))
                        .host(hostName())
                        .device(unit.device())
                        .gridId(blamed)
                        .build(work.fault().get().failure().getMessage()));
            }
            return events;
        }
    }

    private static String executorHost() {
        return SparkEnv.get().blockManager().blockManagerId().host();
    }

    /** The executor's host; of local mode, which may bind to a loopback address, the name of this host. */
    private static String hostName() {
        if (!SparkEnv.get().executorId().equals(DRIVER)) {
            return executorHost();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return executorHost();
        }
    }
}
