package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.cli.StandaloneCluster;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.error.Messages;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunOptions;
import io.octospark.run.RunProgress;
import io.octospark.run.RunSummary;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs of one process that want the same card at the same time. */
class OneCardTest {
    private static final int GRIDS = 20;

    @TempDir
    private static Path folder;

    private static SmallExperiment small;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        small = new SmallExperiment(folder);
        spark = LocalSpark.open();
    }

    @AfterEach
    void closeCards() {
        CardPools.ofProcess().close();
    }

    private static RunSummary run(String results, String dotprodMillis) {
        try {
            Experiment experiment = small.experiment(1, 1, 1);
            XrtBackend card = new XrtBackend(
                    true,
                    experiment.accelerator(),
                    Map.of("OCTOSPARK_EMU_CARDS", "1", "OCTOSPARK_EMU_DOTPROD_MS", dotprodMillis));
            RunOptions options = RunOptions.on(card)
                    .results(folder.resolve(results).toString())
                    .grids(GRIDS)
                    .build();
            return ReconstructionJob.of(spark, experiment, options).run(RunProgress.SILENT);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void oneWaitsForTheOther() throws Exception {
        CompletableFuture<RunSummary> first = CompletableFuture.supplyAsync(() -> run("first", "1"));
        CompletableFuture<RunSummary> second = CompletableFuture.supplyAsync(() -> run("second", "1"));

        assertThat(first.get(2, TimeUnit.MINUTES).grids()).isEqualTo(GRIDS);
        assertThat(second.get(2, TimeUnit.MINUTES).grids()).isEqualTo(GRIDS);
        assertThat(new Rows(spark, folder.resolve("first")).results())
                .hasSize(GRIDS)
                .isEqualTo(new Rows(spark, folder.resolve("second")).results());
    }

    @Test
    void oneThatWantsItWithOtherSettingsIsRefused() throws Exception {
        CompletableFuture<RunSummary> first = CompletableFuture.supplyAsync(() -> run("slow", "15"));
        StandaloneCluster.await(() -> first.isDone()
                || CardPools.ofProcess().current().stream()
                        .flatMap(pool -> pool.usages().values().stream())
                        .anyMatch(usage -> usage.calls() > 2));

        assertThatThrownBy(() -> run("refused", "0")).satisfies(e -> assertThat(Messages.cause(e))
                .isEqualTo("cards of this process are in use with other settings: 1 units are lent; wait for"
                        + " the run that uses them"));
        assertThat(first.get(2, TimeUnit.MINUTES).grids()).isEqualTo(GRIDS);
    }
}
