package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.faults.FaultyFileSystem.Effect;
import io.octospark.faults.FaultyFileSystem.Fault;
import io.octospark.faults.FaultyFileSystem.Operation;
import io.octospark.faults.Rows.Result;
import io.octospark.model.Precision;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.RunLock;
import io.octospark.results.StoredRun;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunOptions;
import io.octospark.run.RunProgress;
import io.octospark.run.RunSummary;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks of runs on a file system that fails, and clocks that are set back. */
@Tag("every-spark")
class LockAndClockTest {
    @TempDir
    private static Path experimentFolder;

    private static SmallExperiment small;
    private static SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        small = new SmallExperiment(experimentFolder);
        spark = LocalSpark.open();
    }

    @AfterEach
    void lift() {
        FaultyFileSystem.inject(List.of(), () -> {});
    }

    private void inject(Operation operation) {
        FaultyFileSystem.inject(List.of(new Fault(operation, 0, Effect.ERROR, true)), () -> {});
    }

    private ResultStore store() {
        return new ResultStore(spark, "faulty:" + folder);
    }

    private static RunLock lock(ResultStore store) throws IOException {
        return store.lock("run", () -> {});
    }

    @Test
    void aLockThatCouldNotBeWrittenKeepsNobodyAway() throws IOException {
        ResultStore store = store();
        inject(Operation.WRITE);
        assertThatThrownBy(() -> lock(store)).hasMessage("No space left on device (injected)");
        lift();

        assertThat(folder).isEmptyDirectory();
        lock(store).close();
    }

    @Test
    void aLockThatCouldNotBeRemovedKeepsItsProcessFromNothing() throws IOException {
        ResultStore store = store();
        RunLock lock = lock(store);
        inject(Operation.OPEN);
        lock.close();
        lift();

        assertThat(folder.resolve("_lock-run")).exists();
        try (RunLock again = lock(store)) {
            assertThat(again).isNotNull();
            assertThatThrownBy(() -> lock(store)).hasMessageContaining(" works on it; wait for its end");
        }
        assertThat(folder).isEmptyDirectory();
    }

    private RunSummary run(String results, boolean stopped, Optional<String> resumed) throws IOException {
        Experiment experiment = small.experiment(1, 0, 2);
        RunOptions.Builder options = RunOptions.on(new CpuBackend(Precision.FLOAT64, OperatorForm.DENSE))
                .results(results)
                .grids(8)
                .units(2);
        resumed.map(run -> StoredRun.read(results, run, spark.sparkContext().hadoopConfiguration()))
                .ifPresent(options::resume);
        ReconstructionJob job = ReconstructionJob.of(spark, experiment, options.build());
        if (stopped) {
            job.stop("by the test");
        }
        return job.run(RunProgress.SILENT);
    }

    @Test
    void theRowOfTheEndIsTheLatestThoughTheClockWasSetBack() throws IOException {
        String results = folder.resolve("results").toString();
        Rows rows = new Rows(spark, results);
        run(folder.resolve("sound").toString(), false, Optional.empty());
        Map<Long, Result> sound = new Rows(spark, folder.resolve("sound")).results();
        String id = run(results, true, Optional.empty()).runId();
        // As if the clock had been a day ahead.
        ResultStore store = new ResultStore(spark, results);
        String[] columns = ResultTable.RUNS.dataSchema().fieldNames();
        for (int i = 0; i < columns.length; i++) {
            columns[i] = columns[i].equals("ended_at") ? "ended_at + INTERVAL 1 DAY AS ended_at" : columns[i];
        }
        store.append(
                ResultTable.RUNS,
                id,
                store.read(ResultTable.RUNS)
                        .where("ended_at IS NOT NULL")
                        .selectExpr(columns)
                        .collectAsList());

        assertThat(run(results, false, Optional.of(id)).left()).isZero();

        rows.assertComplete(8, 2, Map.of(CpuBackend.KEY, sound));
    }
}
