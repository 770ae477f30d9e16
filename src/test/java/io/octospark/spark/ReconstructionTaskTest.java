package io.octospark.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.placement.Placement;
import io.octospark.placement.UnitAssignment;
import io.octospark.reconstruct.StartModel;
import io.octospark.reconstruct.TaskLimits;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.StopRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("every-spark")
class ReconstructionTaskTest {
    private static final InversionProblem PROBLEM = new InversionProblem(
            Grid.of(3, 3, new Position(0, 0), new Position(90, 90)),
            new Survey(
                    2000,
                    Survey.frequencies(10, 40, 2),
                    Survey.line(new Position(-50, -5), new Position(90, -5), 3),
                    Survey.line(new Position(-50, -5), new Position(90, -5), 3)),
            new InversionSettings(InversionMode.STANDARD, 1e-6, 20, 100, 1));
    private static final List<UnitAssignment> ASSIGNMENTS = Placement.onEqualUnits(PROBLEM, 2, 8);

    private static SparkSession spark;

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.open();
    }

    private static DataGrid grid(long id) {
        return new DataGrid(id, new double[] {0, 0.1, 0, 0, 0.2, 0, 0, 0, 0});
    }

    private static CollectionAccumulator<UnitReport> reports() {
        CollectionAccumulator<UnitReport> reports = new CollectionAccumulator<>();
        spark.sparkContext().register(reports);
        return reports;
    }

    private static ReconstructionTask task(CollectionAccumulator<UnitReport> reports) {
        return new ReconstructionTask(
                new GridJob(0, ASSIGNMENTS, new CpuBackend(Precision.FLOAT64, OperatorForm.DENSE), false),
                new TaskSettings(
                        DataKind.CONTRAST,
                        StartModel.BACKGROUND,
                        new TaskLimits(Duration.ofMinutes(5), Long.MAX_VALUE, Optional.empty()),
                        List.of(),
                        false,
                        new StopRequest(URI.create("file:///no/such/request"))),
                GridRdd.configuration(spark),
                spark.sparkContext().longAccumulator(),
                reports);
    }

    private static JavaRDD<DataGrid> grids(FlatMapFunction<Iterator<UnitAssignment>, DataGrid> maker) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(ASSIGNMENTS, ASSIGNMENTS.size())
                .mapPartitions(maker);
    }

    /** Grids taken from the data set and not yet given back as rows: the iterator must not run ahead. */
    private static final AtomicInteger IN_FLIGHT = new AtomicInteger();

    private static final AtomicInteger MOST_IN_FLIGHT = new AtomicInteger();

    @Test
    void gridsStreamThroughOneByOne() {
        JavaRDD<DataGrid> source = grids(assignments -> {
            UnitAssignment assignment = assignments.next();
            return LongStream.range(0, assignment.grids())
                    .mapToObj(id -> {
                        MOST_IN_FLIGHT.accumulateAndGet(IN_FLIGHT.incrementAndGet(), Math::max);
                        return grid(id);
                    })
                    .iterator();
        });

        long rows = source.mapPartitionsWithIndex(task(reports()), true)
                .map(row -> IN_FLIGHT.decrementAndGet())
                .count();

        assertThat(rows).isEqualTo(8);
        // Two tasks at once, each with one grid at hand and at most one that its source looked ahead.
        assertThat(MOST_IN_FLIGHT.get()).isBetween(1, 4);
    }

    @Test
    void aRetriedTaskLeavesNoRowTwice(@TempDir Path folder) {
        JavaRDD<DataGrid> source = grids(assignments -> {
            UnitAssignment assignment = assignments.next();
            boolean breaks = assignment.partition() == 1 && TaskContext.get().attemptNumber() == 0;
            return assignment.ranges().stream()
                    .mapToObj(id -> {
                        if (breaks && id == assignment.firstGrid() + 2) {
                            throw new IllegalStateException("the first attempt breaks on purpose");
                        }
                        return grid(id);
                    })
                    .iterator();
        });
        CollectionAccumulator<UnitReport> reports = reports();
        ResultStore store = new ResultStore(spark, folder.resolve("results").toString());

        store.append(ResultTable.GRIDS, "run", source.mapPartitionsWithIndex(task(reports), true));

        List<Row> rows = store.read(ResultTable.GRIDS).orderBy("grid_id").collectAsList();
        assertThat(rows).extracting(row -> row.<Long>getAs("grid_id")).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(reports.value()).extracting(report -> report.unit().grids()).containsExactly(4L, 4L);
        assertThat(reports.value())
                .extracting(report -> report.unit().task().attempt())
                .containsExactlyInAnyOrder(0, 1);
    }
}
