package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.cli.StandaloneCluster;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.faults.Rows.Result;
import io.octospark.results.StoredRun;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunOptions;
import io.octospark.run.RunPolicy;
import io.octospark.run.RunProgress;
import io.octospark.run.RunSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that write to an HDFS of two data nodes, which are lost meanwhile. */
@Tag("every-spark")
class DataNodeLossTest {
    private static final int GRIDS = 24;

    @TempDir
    private static Path folder;

    private static SmallExperiment small;
    private static MiniDFSCluster hdfs;
    private static SparkSession spark;
    private static Map<Long, Result> undisturbed;

    @BeforeAll
    static void start() throws Exception {
        small = new SmallExperiment(folder);
        Configuration configuration = new Configuration();
        configuration.set(
                MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
        hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(2).build();
        hdfs.waitActive();
        spark = SparkSession.builder()
                .master("local[2,2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 1)
                .config("spark.hadoop.dfs.replication", 2)
                // A client's patience, which is minutes.
                .config("spark.hadoop.dfs.client.socket-timeout", 2000)
                .config("spark.hadoop.dfs.client.block.write.retries", 1)
                .config("spark.hadoop.dfs.client.block.write.locateFollowingBlock.retries", 1)
                .config("spark.hadoop.dfs.client.retry.window.base", 100)
                .getOrCreate();
        run("sound", 0, Optional.empty()).join();
        undisturbed = rows("sound").results();
    }

    @AfterAll
    static void stop() {
        if (spark != null) {
            spark.stop();
        }
        CardPools.ofProcess().close();
        hdfs.shutdown();
    }

    private static String uri(String results) {
        return hdfs.getURI() + "/" + results;
    }

    private static Rows rows(String results) {
        return new Rows(spark, uri(results));
    }

    private static CompletableFuture<RunSummary> run(String results, int dotprodMillis, Optional<String> resumed)
            throws IOException {
        Experiment experiment = small.experiment(1, 1, 1);
        XrtBackend card = new XrtBackend(
                true,
                experiment.accelerator(),
                Map.of("OCTOSPARK_EMU_CARDS", "1", "OCTOSPARK_EMU_DOTPROD_MS", Integer.toString(dotprodMillis)));
        RunOptions.Builder options = RunOptions.on(card)
                .results(uri(results))
                .grids(GRIDS)
                .policy(new RunPolicy(Duration.ofMinutes(5), 2, 2, Optional.empty(), Optional.empty()));
        resumed.map(run ->
                        StoredRun.read(uri(results), run, spark.sparkContext().hadoopConfiguration()))
                .ifPresent(options::resume);
        ReconstructionJob job = ReconstructionJob.of(spark, experiment, options.build());
        return CompletableFuture.supplyAsync(() -> job.run(RunProgress.SILENT));
    }

    /** Files with rows of grids. */
    private static int commits(String results) {
        try {
            FileSystem files = hdfs.getFileSystem();
            FileStatus[] found = files.globStatus(new org.apache.hadoop.fs.Path(uri(results) + "/grids/*/*.parquet"));
            return found == null ? 0 : found.length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertComplete(String results) throws IOException {
        rows(results).assertComplete(GRIDS, 1, Map.of(XrtBackend.EMULATED_KEY, undisturbed));
    }

    @Test
    void oneOfTwoIsEnough() throws Exception {
        CompletableFuture<RunSummary> run = run("one", 10, Optional.empty());
        StandaloneCluster.await(() -> run.isDone() || commits("one") >= 2);
        assertThat(run).isNotDone();
        DataNodeProperties lost = hdfs.stopDataNode(0);

        assertThat(run.get(2, TimeUnit.MINUTES).left()).isZero();
        assertComplete("one");
        hdfs.restartDataNode(lost);
        hdfs.waitActive();
    }

    @Test
    void withoutAnyTheRunFailsAndIsResumedWhenTheyAreBack() throws Exception {
        CompletableFuture<RunSummary> run = run("none", 10, Optional.empty());
        StandaloneCluster.await(() -> run.isDone() || commits("none") >= 2);
        assertThat(run).isNotDone();
        DataNodeProperties first = hdfs.stopDataNode(0);
        DataNodeProperties second = hdfs.stopDataNode(0);

        assertThatThrownBy(() -> run.get(3, TimeUnit.MINUTES)).isInstanceOf(ExecutionException.class);
        hdfs.restartDataNode(first);
        hdfs.restartDataNode(second);
        hdfs.waitActive();
        assertThat(run("none", 0, Optional.of(rows("none").runs().get(0)))
                        .get(2, TimeUnit.MINUTES)
                        .left())
                .isZero();
        assertComplete("none");
    }
}
