package io.octospark.run;

import io.octospark.compute.UnitAddress;
import io.octospark.config.Experiment;
import io.octospark.error.Messages;
import io.octospark.model.DataGrid;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.spark.GridSource;
import io.octospark.spark.ReconstructionTask;
import io.octospark.spark.StartModel;
import io.octospark.spark.UnitReport;
import io.octospark.spark.cards.FpgaResources;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
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
    private final Experiment experiment;
    private final GridSource source;
    private final StartModel startModel;
    private final RunOptions options;
    private final List<UnitAddress> addresses;
    private final int units;
    private final LongAccumulator gridsDone;

    /** Large: sent once to each executor. */
    private final Broadcast<SerializableConfiguration> configuration;

    /**
     * @param addresses units of cards that the run was placed on
     * @param units units of the run, for the description
     * @param gridsDone counts grids as they are done
     */
    GridJobs(
            SparkSession spark,
            ResultStore store,
            String runId,
            Experiment experiment,
            GridSource source,
            StartModel startModel,
            RunOptions options,
            List<UnitAddress> addresses,
            int units,
            LongAccumulator gridsDone) {
        this.spark = spark;
        this.store = store;
        this.runId = runId;
        this.experiment = experiment;
        this.source = source;
        this.startModel = startModel;
        this.options = options;
        this.addresses = addresses;
        this.units = units;
        this.gridsDone = gridsDone;
        SparkContext context = spark.sparkContext();
        configuration = JavaSparkContext.fromSparkContext(context)
                .broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    }

    @Override
    public List<UnitReport> run(GridJob job) {
        SparkContext context = spark.sparkContext();
        CollectionAccumulator<UnitReport> reports = new CollectionAccumulator<>();
        context.register(reports, "unit reports");
        String description = "%s: %s on %s, repeat %d of %d"
                .formatted(
                        experiment.name(),
                        Messages.count(job.grids(), "grid"),
                        Messages.count(Math.min(units, job.partitions().size()), "unit"),
                        job.repeat() + 1,
                        experiment.redundant());
        context.setJobGroup(runId, description, false);
        // What Spark's pages call the job and its stage.
        context.setCallSite(description);
        context.setLocalProperty(RUN, runId);
        context.setLocalProperty(
                TaskListener.PARTITIONS,
                job.partitions().stream()
                        .map(assignment -> Integer.toString(assignment.partition()))
                        .collect(Collectors.joining(",")));
        ReconstructionTask task = new ReconstructionTask(
                job.partitions(),
                addresses,
                options.strictHosts(),
                experiment.dataKind(),
                startModel,
                job.backend(),
                job.repeat(),
                options.policy().share(),
                store.stopRequest(runId),
                configuration,
                job.isolated(),
                options.policy().gridDeadline().orElse(null),
                gridsDone,
                reports);
        JavaRDD<DataGrid> grids = source.partitioned(job.partitions()).setName("grids");
        JavaRDD<Row> rows = grids.mapPartitionsWithIndex(task, true).setName("reconstructions");
        boolean onCards = !context.isLocal() && job.backend().isOnCards();
        try {
            store.append(ResultTable.GRIDS, runId, onCards ? FpgaResources.onePerTask(rows, job.partitions()) : rows);
        } finally {
            // What else this thread has Spark do is no reconstruction.
            context.clearJobGroup();
            context.clearCallSite();
            context.setLocalProperty(RUN, null);
            context.setLocalProperty(TaskListener.PARTITIONS, null);
        }
        return List.copyOf(reports.value());
    }
}
