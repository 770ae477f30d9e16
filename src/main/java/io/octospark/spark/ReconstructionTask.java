package io.octospark.spark;

import io.octospark.cluster.UnitAssignment;
import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.SharedOperators;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.UnitDescription;
import io.octospark.inversion.StopReason;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.experiment.InversionProblem;
import io.octospark.physics.BornOperator;
import io.octospark.results.GridRecord;
import io.octospark.results.UnitRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The work of one partition: opens a compute unit, streams the partition's grids through it and yields a row of the
 * {@code grids} table for each, in the order in which they are done. The unit is given back, and the report sent, by the
 * task's completion listener: rows are made while Spark writes them, long after {@link #call} has returned.
 */
final class ReconstructionTask implements Function2<Integer, Iterator<DataGrid>, Iterator<Row>> {
    private static final long serialVersionUID = 1L;

    private static final long WRONG_HOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Spark's id of the executor in local mode. */
    private static final String DRIVER = "driver";

    private final List<UnitAssignment> assignments;
    private final DataKind dataKind;
    private final Backend backend;
    private final int repeat;
    private final LongAccumulator gridsDone;
    private final CollectionAccumulator<UnitReport> reports;

    ReconstructionTask(
            List<UnitAssignment> assignments,
            DataKind dataKind,
            Backend backend,
            int repeat,
            LongAccumulator gridsDone,
            CollectionAccumulator<UnitReport> reports) {
        this.assignments = assignments;
        this.dataKind = dataKind;
        this.backend = backend;
        this.repeat = repeat;
        this.gridsDone = gridsDone;
        this.reports = reports;
    }

    @Override
    public Iterator<Row> call(Integer partition, Iterator<DataGrid> grids) {
        return new Rows(assignments.get(partition), grids);
    }

    private final class Rows implements Iterator<Row> {
        private final long taskStart = System.nanoTime();
        private final UnitAssignment assignment;
        private final TaskContext task;
        private final PhaseClock clock = new PhaseClock();
        private final ComputeUnit unit;
        private final Pipeline<DataGrid, GridRecord> records;

        /** When the last row was handed over to be written; 0 before the first. */
        private long handedOver;

        private long computed;
        private long failed;
        private long converged;
        private long iterations;

        Rows(UnitAssignment assignment, Iterator<DataGrid> grids) {
            this.assignment = assignment;
            task = TaskContext.get();
            InversionProblem problem = assignment.problem();
            long start = System.nanoTime();
            BornOperator operator = SharedOperators.get(problem.grid(), problem.survey());
            clock.addSince(Phase.ALLOC, start);
            String given = FpgaResources.address(task);
            // On a cluster Spark decides who gets which unit, in local mode the tasks among themselves.
            unit = given == null
                    ? backend.open(assignment.address(), addresses(), operator, clock)
                    : backend.open(onGivenCard(given), List.of(), operator, clock);
            List<Function<DataGrid, GridRecord>> workers = new ArrayList<>();
            unit.products()
                    .forEach(products -> workers.add(
                            new GridReconstruction(assignment, repeat, dataKind, backend, operator, products, clock)));
            records = new Pipeline<>(grids, workers, this::checkKilled);
            task.addTaskCompletionListener((TaskCompletionListener) this::end);
        }

        /** The unit that Spark has given to this task; the planned one if the bitstream has no unit of that number. */
        private UnitAddress onGivenCard(String given) {
            UnitAddress planned = assignment.address();
            if (planned.host() != null && !planned.host().equals(executorHost())) {
                throw wrongHost(planned.host());
            }
            int slash = given.indexOf('/');
            return addresses().stream()
                    .filter(address ->
                            address.bitstream().equals(planned.bitstream()) && given.endsWith("/cu" + address.cu()))
                    .findFirst()
                    .orElse(planned)
                    .onCard(given.substring(0, slash));
        }

        /** Comes to an end slowly: Spark tries again at once, and the wanted host may need a moment to have an executor. */
        private RuntimeException wrongHost(String wanted) {
            long end = System.nanoTime() + WRONG_HOST_NANOS;
            while (System.nanoTime() < end) {
                checkKilled();
                LockSupport.parkNanos(end - System.nanoTime());
            }
            return new IllegalStateException(
                    "partition %d is for host %s and was started on %s; it ends without computing, to be tried elsewhere"
                            .formatted(assignment.partition(), wanted, executorHost()));
        }

        private List<UnitAddress> addresses() {
            return assignments.stream().map(UnitAssignment::address).toList();
        }

        /** Neither source nor writer asks; the unit must not stay taken until the partition is through. */
        private void checkKilled() {
            if (task.isInterrupted()) {
                throw new TaskKilledException("the task was killed");
            }
        }

        @Override
        public boolean hasNext() {
            if (handedOver != 0) {
                clock.addSince(Phase.WRITE, handedOver);
                handedOver = 0;
            }
            return records.hasNext();
        }

        @Override
        public Row next() {
            GridRecord record = records.next();
            computed++;
            failed += record.reconstruction().stopReason() == StopReason.FAILED ? 1 : 0;
            converged += record.reconstruction().stopReason().converged() ? 1 : 0;
            iterations += record.reconstruction().iterations();
            gridsDone.add(1);
            handedOver = System.nanoTime();
            return record.toRow();
        }

        private void end(TaskContext task) {
            records.close();
            unit.close();
            UnitDescription description = unit.description();
            // Spark drops what a failed attempt adds.
            UnitRecord record = new UnitRecord(
                    repeat,
                    assignment.partition(),
                    assignment.id(),
                    description.cu() == null ? assignment.cu() : description.cu(),
                    hostName(),
                    description,
                    SparkEnv.get().executorId(),
                    task.attemptNumber(),
                    computed,
                    unit.busyShare().isPresent() ? unit.busyShare().getAsDouble() : null,
                    (System.nanoTime() - taskStart) / 1e9,
                    clock.timings());
            reports.add(new UnitReport(record, failed, converged, iterations));
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
