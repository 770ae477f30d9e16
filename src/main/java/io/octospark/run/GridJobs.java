package io.octospark.run;

import io.octospark.error.Messages;
import io.octospark.model.DataGrid;
import io.octospark.placement.UnitAssignment;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.spark.GridJob;
import io.octospark.spark.GridRdd;
import io.octospark.spark.ReconstructionTask;
import io.octospark.spark.TaskSettings;
import io.octospark.spark.UnitReport;
import io.octospark.spark.cards.FpgaResources;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** The Spark jobs of a run: each reads the grids of its partitions, reconstructs them and commits the rows. */
public final class GridJobs implements GridDispatch.JobRunner {
    /** Local property of the jobs that reconstruct; its value is the run's id. */
    public static final String RUN = "octospark.reconstruction";

    private final SparkSession spark;
    private final ResultStore store;
    private final String runId;
    private final RunPlan plan;
    private final TaskSettings settings;
    private final LongAccumulator gridsDone;

    private final Broadcast<SerializableConfiguration> configuration;

    /** @param gridsDone counts grids as they are done */
    GridJobs(
            SparkSession spark,
            ResultStore store,
            String runId,
            RunPlan plan,
            TaskSettings settings,
            LongAccumulator gridsDone) {
        this.spark = spark;
        this.store = store;
        this.runId = runId;
        this.plan = plan;
        this.settings = settings;
        this.gridsDone = gridsDone;
        configuration = GridRdd.configuration(spark);
    }

    @Override
    public List<UnitReport> run(GridJob job) {
        SparkContext context = spark.sparkContext();
        CollectionAccumulator<UnitReport> reports = new CollectionAccumulator<>();
        context.register(reports, "unit reports");
        long units =
                job.partitions().stream().map(UnitAssignment::id).distinct().count();
        String description = "%s: %s on %s, repeat %d of %d"
                .formatted(
                        plan.experiment().name(),
                        Messages.count(job.grids(), "grid"),
                        Messages.count(units, "unit"),
                        job.repeat() + 1,
                        plan.experiment().redundant());
        context.setJobGroup(runId, description, false);
        // What Spark's pages call the job and its stage.
        context.setCallSite(description);
        context.setLocalProperty(RUN, runId);
        context.setLocalProperty(
                RunListener.PARTITIONS,
                job.partitions().stream()
                        .map(assignment -> Integer.toString(assignment.partition()))
                        .collect(Collectors.joining(",")));
        ReconstructionTask task = new ReconstructionTask(job, settings, configuration, gridsDone, reports);
        JavaRDD<DataGrid> grids =
                GridRdd.of(spark, plan.data(), configuration, job.partitions()).setName("grids");
        JavaRDD<Row> rows = grids.mapPartitionsWithIndex(task, true).setName("reconstructions");
        boolean onCards = !context.isLocal() && job.backend().isOnCards();
        try {
            store.append(ResultTable.GRIDS, runId, onCards ? FpgaResources.onePerTask(rows, job.partitions()) : rows);
        } finally {
            // What else this thread has Spark do is no reconstruction.
            context.clearJobGroup();
            context.clearCallSite();
            context.setLocalProperty(RUN, null);
            context.setLocalProperty(RunListener.PARTITIONS, null);
        }
        return List.copyOf(reports.value());
    }
}
