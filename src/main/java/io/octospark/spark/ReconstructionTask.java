package io.octospark.spark;

import io.octospark.cluster.UnitAssignment;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.SharedOperators;
import io.octospark.compute.cpu.CpuComputeUnit;
import io.octospark.inversion.ConjugateGradientInversion;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.ComplexVector;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.Precision;
import io.octospark.model.experiment.InversionProblem;
import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;
import io.octospark.results.GridRecord;
import io.octospark.results.UnitRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The work of one partition: opens a compute unit, streams the partition's grids through it one by one and yields a row
 * of the {@code grids} table for each. The unit is given back, and the report sent, by the task's completion listener:
 * rows are made while Spark writes them, long after {@link #call} has returned.
 */
final class ReconstructionTask implements Function2<Integer, Iterator<DataGrid>, Iterator<Row>> {
    private static final long serialVersionUID = 1L;

    private final List<UnitAssignment> assignments;
    private final DataKind dataKind;
    private final Precision precision;
    private final int repeat;
    private final LongAccumulator gridsDone;
    private final CollectionAccumulator<UnitReport> reports;

    ReconstructionTask(
            List<UnitAssignment> assignments,
            DataKind dataKind,
            Precision precision,
            int repeat,
            LongAccumulator gridsDone,
            CollectionAccumulator<UnitReport> reports) {
        this.assignments = assignments;
        this.dataKind = dataKind;
        this.precision = precision;
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
        private final InversionProblem problem;
        private final Iterator<DataGrid> grids;
        private final TaskContext task;
        private final PhaseClock clock = new PhaseClock();
        private final ComputeUnit unit;
        private final BornOperator operator;
        private final LinearOperator unitOperator;
        private final ConjugateGradientInversion inversion;
        private final ComplexVector data;

        /** When the last row was handed over to be written; 0 before the first. */
        private long handedOver;

        private long computed;
        private long failed;
        private long converged;
        private long iterations;

        Rows(UnitAssignment assignment, Iterator<DataGrid> grids) {
            this.assignment = assignment;
            this.grids = grids;
            problem = assignment.problem();
            unit = new CpuComputeUnit(precision, clock);
            task = TaskContext.get();
            task.addTaskCompletionListener((TaskCompletionListener) this::end);
            long start = System.nanoTime();
            operator = SharedOperators.get(problem.grid(), problem.survey());
            clock.addSince(Phase.ALLOC, start);
            unitOperator = unit.load(operator);
            inversion = new ConjugateGradientInversion(problem.grid(), problem.inversion());
            data = ComplexVector.zeros(operator.rows());
        }

        @Override
        public boolean hasNext() {
            if (handedOver != 0) {
                clock.addSince(Phase.WRITE, handedOver);
                handedOver = 0;
            }
            return grids.hasNext();
        }

        @Override
        public Row next() {
            if (task.isInterrupted()) {
                // Neither source nor writer asks; the unit must not stay taken until the partition is through.
                throw new TaskKilledException("the task was killed");
            }
            Row row = reconstruct(grids.next()).toRow();
            gridsDone.add(1);
            handedOver = System.nanoTime();
            return row;
        }

        private GridRecord reconstruct(DataGrid grid) {
            long start = System.nanoTime();
            long productsBefore = productNanos();
            Optional<String> fault = grid.problem(dataKind);
            Reconstruction result;
            Double modelError = null;
            if (fault.isPresent()) {
                result = Reconstruction.failed(fault.get());
            } else {
                double[] truth = grid.contrast(dataKind, problem.survey().backgroundVelocity());
                operator.forward(truth, data);
                result = inversion.invert(unitOperator, data);
                if (result.stopReason() != StopReason.FAILED) {
                    modelError = relativeError(result.contrast(), truth);
                }
            }
            long elapsed = System.nanoTime() - start;
            clock.add(Phase.HOST_MATH, elapsed - (productNanos() - productsBefore), 0);
            computed++;
            failed += result.stopReason() == StopReason.FAILED ? 1 : 0;
            converged += result.stopReason().converged() ? 1 : 0;
            iterations += result.iterations();
            return new GridRecord(
                    repeat, grid.id(), assignment.partition(), assignment.cu(), result, modelError, elapsed / 1e9);
        }

        private long productNanos() {
            return clock.timing(Phase.DOTPROD).totalNanos()
                    + clock.timing(Phase.UPDATE).totalNanos();
        }

        private void end(TaskContext task) {
            unit.close();
            // Spark drops what a failed attempt adds.
            UnitRecord record = new UnitRecord(
                    repeat,
                    assignment.partition(),
                    assignment.id(),
                    assignment.cu(),
                    hostName(),
                    unit.device(),
                    unit.backend(),
                    SparkEnv.get().executorId(),
                    task.attemptNumber(),
                    computed,
                    (System.nanoTime() - taskStart) / 1e9,
                    clock.timings());
            reports.add(new UnitReport(record, failed, converged, iterations));
        }
    }

    /** ||chi - truth|| / ||truth||; null where the truth is zero and the result is not. */
    private static Double relativeError(double[] chi, double[] truth) {
        double difference = 0;
        double norm = 0;
        for (int x = 0; x < chi.length; x++) {
            difference += (chi[x] - truth[x]) * (chi[x] - truth[x]);
            norm += truth[x] * truth[x];
        }
        if (difference == 0) {
            return 0.0;
        }
        return norm == 0 ? null : Math.sqrt(difference / norm);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return SparkEnv.get().blockManager().blockManagerId().host();
        }
    }
}
