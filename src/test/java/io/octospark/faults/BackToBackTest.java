package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.model.Precision;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunOptions;
import io.octospark.run.RunProgress;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many runs in one driver: what the process holds does not grow with them. The nightly build does more
 * of them, {@code -Doctospark.test.runs=300} as many as it says.
 */
class BackToBackTest {
    private static final int RUNS = 8;
    private static final int NIGHTLY_RUNS = Integer.getInteger("octospark.test.runs", 60);

    private static final long MIB = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void runsOneAfterTheOtherLeaveNothing() throws Exception {
        List<Footprint> footprints = runOneAfterTheOther(RUNS);

        assertThat(footprints.get(1).temporary())
                .as("files of blocks, shuffles and broadcasts")
                .hasSameSizeAs(footprints.get(0).temporary());
        assertThat(footprints.get(1).heapBytes())
                .as("heap: %s", footprints)
                .isLessThan(footprints.get(0).heapBytes() + 10 * MIB);
    }

    @Test
    @Tag("nightly")
    void manyRunsOneAfterTheOtherLeaveNothing() throws Exception {
        List<Footprint> footprints = runOneAfterTheOther(NIGHTLY_RUNS);

        Footprint before = footprints.get(0);
        Footprint after = footprints.get(1);
        assertThat(after.temporary())
                .as("files of blocks, shuffles and broadcasts")
                .hasSameSizeAs(before.temporary());
        assertThat(after.threads())
                .as("%s", before.threads())
                .hasSizeLessThanOrEqualTo(before.threads().size() + 4);
        assertThat(after.files())
                .as("%s", before.files())
                .hasSizeLessThanOrEqualTo(before.files().size() + 4);
        assertThat(after.heapBytes()).as("heap: %s", footprints).isLessThan(before.heapBytes() + 10 * MIB);
        assertThat(after.residentBytes()).as("memory: %s", footprints).isLessThan(before.residentBytes() + 96 * MIB);
    }

    /**
     * What the process holds after half of the runs and after all. Spark's thread pools fill up in the first ten, so only with many
     * runs do threads say something.
     */
    private List<Footprint> runOneAfterTheOther(int runs) throws Exception {
        LocalSpark.stop();
        Path local = Files.createDirectory(folder.resolve("spark-local"));
        List<Path> temporary = List.of(local);
        SmallExperiment small = new SmallExperiment(folder);
        List<Footprint> footprints = new ArrayList<>();
        try (SparkSession spark = SparkSession.builder()
                .master("local[2,2]")
                .appName("test")
                .config("spark.ui.enabled", false)
                .config("spark.local.dir", local.toString())
                // Limits of what Spark remembers for its pages.
                .config("spark.ui.retainedJobs", 5)
                .config("spark.ui.retainedStages", 5)
                .config("spark.ui.retainedTasks", 20)
                .config("spark.sql.ui.retainedExecutions", 5)
                .getOrCreate()) {
            for (int run = 1; run <= runs; run++) {
                run(spark, small, run);
                if (run == runs / 2 || run == runs) {
                    footprints.add(Footprint.take(temporary));
                }
            }
        } finally {
            CardPools.ofProcess().close();
        }
        System.out.print("after half of %d runs and all: %s%n".formatted(runs, footprints));
        return footprints;
    }

    private void run(SparkSession spark, SmallExperiment small, int number) throws IOException {
        boolean onCards = number % 2 == 0;
        Experiment experiment = small.experiment(2, onCards ? 1 + number / 2 % 2 : 0, 1 + number % 2);
        Backend backend = onCards
                ? new XrtBackend(
                        true,
                        experiment.accelerator(),
                        Map.of(
                                "OCTOSPARK_EMU_CARDS",
                                "2",
                                "OCTOSPARK_EMU_FAULT",
                                number % 3 == 0 ? "error:0:dotprod_1:20" : ""))
                : new CpuBackend(Precision.FLOAT64, number % 3 == 0 ? OperatorForm.DENSE : OperatorForm.GRAM);
        RunOptions options = RunOptions.on(backend)
                .results(folder.resolve("results").toString())
                .grids(8)
                .build();
        assertThat(ReconstructionJob.of(spark, experiment, options)
                        .run(RunProgress.SILENT)
                        .failed())
                .isZero();
    }
}
