package io.octospark.spark;

import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.model.DataGrid;
import io.octospark.placement.UnitAssignment;
import io.octospark.reconstruct.GridContext;
import io.octospark.reconstruct.GridWork;
import io.octospark.reconstruct.GridWorkFactory;
import io.octospark.reconstruct.PartitionGrids;
import io.octospark.results.GridRecord;
import io.octospark.spark.cards.UnitMetrics;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
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

    private final GridJob job;
    private final TaskSettings settings;
    private final Broadcast<SerializableConfiguration> configuration;
    private final LongAccumulator gridsDone;
    private final CollectionAccumulator<UnitReport> reports;

    /**
     * @param configuration Hadoop's, with which the executors look for a request to stop
     * @param gridsDone counts grids as they are done
     * @param reports receives a report from each task
     */
    public ReconstructionTask(
            GridJob job,
            TaskSettings settings,
            Broadcast<SerializableConfiguration> configuration,
            LongAccumulator gridsDone,
            CollectionAccumulator<UnitReport> reports) {
        this.job = job;
        this.settings = settings;
        this.configuration = configuration;
        this.gridsDone = gridsDone;
        this.reports = reports;
    }

    @Override
    public Iterator<Row> call(Integer partition, Iterator<DataGrid> grids) {
        return new Rows(TaskContext.get(), job.partitions().get(partition), grids);
    }

    private final class Rows implements Iterator<Row> {
        private final TaskContext task;
        private final PhaseClock clock = new PhaseClock();
        private final TaskReport report;
        private final PartitionGrids taken;
        private final GridWork work;

        /** When the last row was handed over to be written; 0 before the first. */
        private long handedOver;

        Rows(TaskContext task, UnitAssignment assignment, Iterator<DataGrid> grids) {
            this.task = task;
            GridContext context = GridContext.planned(
                    job.repeat(),
                    assignment,
                    settings.dataKind(),
                    job.backend().key(),
                    settings.limits().gridDeadline());
            report = new TaskReport(context, clock);
            taken = new PartitionGrids(
                    grids,
                    assignment.ranges(),
                    settings.limits(),
                    settings.stop().new Watch(configuration.value().value()));
            UnitOpener opener = new UnitOpener(task, assignment, settings, this::checkKilled);
            opener.checkHost();
            work = new GridWorkFactory(context, job.backend(), opener, clock, this::checkKilled)
                    .on(taken, settings.startModel(), job.isolated());
            task.addTaskCompletionListener((TaskCompletionListener) this::end);
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
            return work.hasNext();
        }

        @Override
        public Row next() {
            GridRecord record = work.next();
            report.add(record);
            gridsDone.add(1);
            UnitMetrics.gridDone(work.description());
            handedOver = System.nanoTime();
            return record.toRow();
        }

        private void end(TaskContext ended) {
            work.close();
            reports.add(report.of(ended, work, taken.rest()));
        }
    }
}
