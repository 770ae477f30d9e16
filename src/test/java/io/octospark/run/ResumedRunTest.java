package io.octospark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.Grid;
import io.octospark.model.InversionProblem;
import io.octospark.model.Position;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.RunLock;
import io.octospark.results.StoredRun;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are committed in pieces, stopped and resumed. */
@Tag("every-spark")
class ResumedRunTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int GRIDS = 7;
    private static final Grid GRID = Grid.of(5, 3, new Position(-300, 0), new Position(300, 300));

    private static SparkSession spark;

    @TempDir
    private Path folder;

    private Path data;
    private ObjectNode config;

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.open();
    }

    @BeforeEach
    void twoRepeatsOfASmallGrid() throws IOException {
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        config.remove("kernels");
        config.put("replicate", 1).put("redundant", 2);
        ObjectNode fwi = (ObjectNode) config.get("fwi");
        fwi.putObject("ngrid").put("x", GRID.nx()).put("z", GRID.nz());
        fwi.put("nSources", 4).put("nReceivers", 5);
        data = folder.resolve("grids.txt");
        ModelGenerator models = new ModelGenerator(ModelKind.BLOCKY, GRID, 2000, 0.2, 3);
        List<String> lines = new ArrayList<>();
        for (int id = 0; id < GRIDS; id++) {
            for (double value : models.contrast(id)) {
                lines.add(Double.toString(value));
            }
        }
        config.put("data", Files.write(data, lines).toString());
    }

    private Experiment experiment() throws IOException {
        Path file = folder.resolve("experiment.json");
        Files.writeString(file, config.toString());
        return ExperimentReader.read(file, Optional.empty());
    }

    private ReconstructionJob job(RunPolicy policy, Optional<StoredRun> resumed) throws IOException {
        return job(policy, resumed, Optional.of(2));
    }

    private ReconstructionJob job(RunPolicy policy, Optional<StoredRun> resumed, Optional<Integer> units)
            throws IOException {
        return job(new CpuBackend(experiment().precision(), OperatorForm.DENSE), policy, resumed, units);
    }

    private ReconstructionJob job(
            Backend backend, RunPolicy policy, Optional<StoredRun> resumed, Optional<Integer> units)
            throws IOException {
        RunOptions.Builder options = RunOptions.on(backend).results(results()).policy(policy);
        units.ifPresent(options::units);
        resumed.ifPresent(options::resume);
        return ReconstructionJob.of(spark, experiment(), options.build());
    }

    private String results() {
        return folder.resolve("results").toString();
    }

    private static RunPolicy committing(long grids) {
        return new RunPolicy(Duration.ofMinutes(5), grids, 2, Optional.empty(), Optional.empty());
    }

    private Optional<StoredRun> stored(String runId) {
        return Optional.of(StoredRun.read(results(), runId, new Configuration()));
    }

    /** Starts a run and stops it as soon as something of it is done. */
    private RunSummary stoppedRun() throws IOException {
        ReconstructionJob job = job(committing(1), Optional.empty());
        return job.run(new RunProgress() {
            @Override
            public void done(long grids) {
                job.stop("the test has seen enough");
            }
        });
    }

    private List<Row> rows(ResultTable table, String runId, String... order) {
        return new ResultStore(spark, results())
                .read(table)
                .where("run_id = '" + runId + "'")
                .orderBy(order[0], order)
                .collectAsList();
    }

    /** Every grid of every repeat is done once, with the very numbers of an undisturbed run. */
    private void assertWhole(String runId) throws IOException {
        String undisturbed =
                job(RunPolicy.DEFAULT, Optional.empty()).run(RunProgress.SILENT).runId();
        assertThat(rows(ResultTable.GRIDS, runId, "repeat", "grid_id"))
                .extracting(
                        row -> row.getAs("repeat"),
                        row -> row.getAs("grid_id"),
                        row -> row.getAs("status"),
                        row -> row.getList(row.fieldIndex("chi")),
                        row -> row.getList(row.fieldIndex("residual_history")))
                .containsExactlyElementsOf(rows(ResultTable.GRIDS, undisturbed, "repeat", "grid_id").stream()
                        .map(row -> tuple(
                                row.getAs("repeat"),
                                row.getAs("grid_id"),
                                "done",
                                row.getList(row.fieldIndex("chi")),
                                row.getList(row.fieldIndex("residual_history"))))
                        .toList());
        List<Row> runs = rows(ResultTable.RUNS, runId, "ended_at");
        Row last = runs.get(runs.size() - 1);
        assertThat(last.<String>getAs("status")).isEqualTo("complete");
        assertThat(last.<Long>getAs("grids_done")).isEqualTo(2L * GRIDS);
        List<Row> units = rows(ResultTable.UNITS, runId, "repeat", "partition_id");
        assertThat(units.stream().map(row -> row.getAs("repeat") + "/" + row.getAs("partition_id")))
                .doesNotHaveDuplicates();
        assertThat(units.stream().mapToLong(row -> row.<Long>getAs("grids")).sum())
                .isEqualTo(2L * GRIDS);
        try (Stream<Path> left = Files.walk(Path.of(results()))) {
            assertThat(left.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("_")))
                    .isEmpty();
        }
    }

    @Test
    void rowsAreCommittedInPieces() throws IOException {
        RunSummary summary = job(committing(2), Optional.empty()).run(RunProgress.SILENT);

        assertThat(summary.grids()).isEqualTo(2L * GRIDS);
        assertThat(summary.left()).isZero();
        // In each repeat one unit has four grids, the other three.
        assertThat(rows(ResultTable.UNITS, summary.runId(), "repeat"))
                .allSatisfy(row -> assertThat(row.<Long>getAs("grids")).isBetween(1L, 2L))
                .hasSizeGreaterThanOrEqualTo(8);
        assertWhole(summary.runId());
    }

    @Test
    void whatIsLeftOfAStoppedRunIsComputedWhenItIsResumed() throws IOException {
        RunSummary stopped = stoppedRun();

        assertThat(stopped.left()).isPositive();
        assertThat(rows(ResultTable.RUNS, stopped.runId(), "ended_at"))
                .extracting(row -> row.<String>getAs("status"))
                .containsExactly("partial", "partial");
        assertThat(rows(ResultTable.EVENTS, stopped.runId(), "at"))
                .extracting(row -> row.<String>getAs("kind"), row -> row.<String>getAs("message"))
                .containsExactly(tuple("stopped", "the test has seen enough"));

        // With other units than before.
        RunSummary resumed =
                job(committing(3), stored(stopped.runId()), Optional.of(3)).run(RunProgress.SILENT);

        assertThat(resumed.runId()).isEqualTo(stopped.runId());
        assertThat(resumed.before()).isEqualTo(stopped.grids());
        assertThat(resumed.grids()).isEqualTo(2L * GRIDS - stopped.grids());
        assertWhole(stopped.runId());
    }

    @Test
    void aRunThatWasStoppedBeforeItBeganComputesNothing() throws IOException {
        ReconstructionJob job = job(RunPolicy.DEFAULT, Optional.empty());
        job.stop("at once");

        RunSummary summary = job.run(RunProgress.SILENT);

        assertThat(summary.grids()).isZero();
        assertThat(summary.left()).isEqualTo(2L * GRIDS);
    }

    @Test
    void aCompleteRunHasNothingLeft() throws IOException {
        String runId =
                job(RunPolicy.DEFAULT, Optional.empty()).run(RunProgress.SILENT).runId();

        RunSummary again = job(RunPolicy.DEFAULT, stored(runId)).run(RunProgress.SILENT);

        assertThat(again.grids()).isZero();
        assertThat(again.before()).isEqualTo(2L * GRIDS);
        assertWhole(runId);
    }

    @Test
    void otherDataAreRefused() throws IOException {
        String runId = stoppedRun().runId();
        List<String> lines = new ArrayList<>(Files.readAllLines(data));
        lines.set(4, "0.125");
        Files.write(data, lines);

        assertThatThrownBy(() -> job(RunPolicy.DEFAULT, stored(runId)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching(
                        "--resume = \\S+: \\S+grids.txt is not the data that the run was started with \\(sha256:[0-9a-f]{64}, then sha256:[0-9a-f]{64}\\); put the data set back, or start a new run")
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.RESUME_DIFFERS);
    }

    @Test
    void anotherConfigurationIsRefused() throws IOException {
        String runId = stoppedRun().runId();
        ((ObjectNode) config.get("fwi")).put("max", 5);

        assertThatThrownBy(() -> job(RunPolicy.DEFAULT, stored(runId)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "--resume = " + runId
                                + ": its configuration differs: fwi.max = 1000, then 5; leave --experiment out, or start a new run");
    }

    @Test
    void aRunIsWorkedOnByOneProcess() throws IOException {
        String runId = stoppedRun().runId();
        ReconstructionJob second = job(RunPolicy.DEFAULT, stored(runId));
        try (RunLock first = new ResultStore(spark, results()).lock(runId, () -> {})) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> second.run(RunProgress.SILENT))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageMatching("run " + runId
                            + ": process \\d+ on \\S+ works on it; wait for its end, or end it and try again")
                    .extracting(e -> ((InvalidInputException) e).code())
                    .isEqualTo(ErrorCode.RUN_IN_USE);
        }

        second.run(RunProgress.SILENT);
        assertWhole(runId);
    }

    /** The process that has the run then notices it within ten seconds, when it renews its lock. */
    @Test
    void aRunThatAnotherProcessTakesOverIsLeftToIt() throws IOException {
        Backend standingStill = new StandingStill(new CpuBackend(experiment().precision(), OperatorForm.DENSE));
        ReconstructionJob job = job(standingStill, committing(1), Optional.empty(), Optional.of(2));
        String otherOwner = "another-host\n1\n2026-01-01T00:00:00Z\nkey";
        RunProgress takenOver = new RunProgress() {
            @Override
            public void done(long grids) {
                Path lock = folder.resolve("results/_lock-" + job.startedRun().orElseThrow());
                try {
                    Files.writeString(lock, otherOwner);
                    Files.createDirectories(folder.resolve(
                            "results/grids/run_id=" + job.startedRun().orElseThrow() + "/_temporary/other"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };

        assertThatThrownBy(() -> job.run(takenOver))
                .isInstanceOfSatisfying(
                        RunFailedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RUN_IN_USE))
                .hasMessage("run " + job.startedRun().orElseThrow()
                        + ": another process has taken it over; wait for its end");

        String runId = job.startedRun().orElseThrow();
        assertThat(folder.resolve("results/_lock-" + runId)).hasContent(otherOwner);
        assertThat(folder.resolve("results/grids/run_id=" + runId + "/_temporary/other"))
                .isDirectory();
        assertThat(rows(ResultTable.RUNS, runId, "ended_at"))
                .extracting(row -> row.<String>getAs("status"))
                .containsExactly("partial");
        assertThat(rows(ResultTable.GRIDS, runId, "grid_id")).isNotEmpty();
    }

    /** Cores that compute the first two grids, and come to no end with others before their task is killed. */
    private record StandingStill(CpuBackend cores) implements Backend {
        private static final AtomicInteger OPENED = new AtomicInteger();

        @Override
        public String key() {
            return cores.key();
        }

        @Override
        public OperatorForm operator() {
            return cores.operator();
        }

        @Override
        public int residualRefresh() {
            return cores.residualRefresh();
        }

        @Override
        public boolean isOnCards() {
            return cores.isOnCards();
        }

        @Override
        public long operatorBytes(InversionProblem problem, int tasks) {
            return cores.operatorBytes(problem, tasks);
        }

        @Override
        public ComputeUnit<LinearOperator> open(
                UnitAddress address, List<UnitAddress> others, RowOperator operator, PhaseClock clock) {
            while (OPENED.get() >= 2 && !TaskContext.get().isInterrupted()) {
                LockSupport.parkNanos(1_000_000);
            }
            OPENED.incrementAndGet();
            return cores.open(address, others, operator, clock);
        }

        @Override
        public ComputeUnit<LoadableOperator> openSlots(
                UnitAddress address, List<UnitAddress> others, int rows, int cells, PhaseClock clock) {
            throw new AssertionError("the problem is linear");
        }
    }

    @Test
    void runsThatAreNotThereAreNotResumed() {
        for (String runId : List.of("20260101-000000-abcdef", "../results", "", "a'b")) {
            assertThatThrownBy(() -> stored(runId))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("--resume = " + runId + ": no such run in " + results()
                            + "; octospark sql \"SELECT run_id, experiment, started_at FROM runs\" lists them");
        }
    }

    @Test
    void runsThatWereNotComputedHereAreNotResumed() {
        Object[] imported = new Object[ResultTable.RUNS.dataSchema().size()];
        imported[ResultTable.RUNS.dataSchema().fieldIndex("schema_version")] = ResultTable.SCHEMA_VERSION;
        new ResultStore(spark, results()).append(ResultTable.RUNS, "elsewhere", List.of(RowFactory.create(imported)));

        assertThatThrownBy(() -> stored("elsewhere"))
                .isInstanceOfSatisfying(
                        InvalidInputException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RUN_NOT_RESUMABLE))
                .hasMessage("--resume = elsewhere: was imported, not computed here; start a new run");
    }
}
