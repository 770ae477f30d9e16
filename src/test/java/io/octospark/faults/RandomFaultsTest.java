package io.octospark.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.error.Messages;
import io.octospark.faults.Rows.Result;
import io.octospark.faults.Schedule.Attempt;
import io.octospark.faults.Schedule.Units;
import io.octospark.model.Precision;
import io.octospark.results.StoredRun;
import io.octospark.run.ReconstructionJob;
import io.octospark.run.RunOptions;
import io.octospark.run.RunPolicy;
import io.octospark.run.RunProgress;
import io.octospark.run.RunSummary;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs in this process that meet faults of cards and of the file system, stops and bugs, as seeds have it, and are resumed
 * until they are complete. {@code -Doctospark.test.seed=S -Doctospark.test.schedules=N} takes the N seeds from S on; the
 * nightly build goes on to 150.
 */
class RandomFaultsTest {
    private static final long FIRST_SEED = Long.getLong("octospark.test.seed", 1);

    private static final long SCHEDULES = Long.getLong("octospark.test.schedules", 8);
    private static final long NIGHTLY_SCHEDULES = 142;

    /** The longest an attempt may take; it usually takes some tenths of a second. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String COMPLETE = "complete";

    @TempDir
    private static Path folder;

    private static SmallExperiment small;
    private static SparkSession spark;

    /** Results without faults, by what computes and grid. */
    private static final Map<Units, Map<Long, Result>> UNDISTURBED = new EnumMap<>(Units.class);

    /** How attempts with faults have ended, for who reads the log. */
    private static final Map<String, Integer> ENDS = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        small = new SmallExperiment(folder);
        spark = LocalSpark.open();
        for (Units units : Units.values()) {
            Schedule schedule =
                    new Schedule(0, units, 1, 1, SmallExperiment.GRIDS, 1, 1, 0, 1, 1, false, List.of(Attempt.SOUND));
            Path results = folder.resolve("undisturbed-" + units);
            run(schedule, Attempt.SOUND, results.toString(), Optional.empty());
            UNDISTURBED.put(units, new Rows(spark, results).results());
        }
    }

    @AfterAll
    static void stop() {
        System.out.printf("Seeds from %d on, %d of them; attempts with faults ended %s%n", FIRST_SEED, SCHEDULES, ENDS);
    }

    @AfterEach
    void lift() {
        FaultyFileSystem.inject(List.of(), () -> {});
        CardPools.ofProcess().close();
    }

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SCHEDULES);
    }

    static LongStream nightlySeeds() {
        return LongStream.range(FIRST_SEED + SCHEDULES, FIRST_SEED + SCHEDULES + NIGHTLY_SCHEDULES);
    }

    @ParameterizedTest
    @MethodSource("nightlySeeds")
    @Tag("nightly")
    void soIsARunOfAnyOtherSchedule(long seed) throws Exception {
        aRunThatIsResumedLacksNothingAndHasNothingTwice(seed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aRunThatIsResumedLacksNothingAndHasNothingTwice(long seed) throws Exception {
        Schedule schedule = Schedule.draw(seed);
        Path results = folder.resolve("results-" + seed);
        try {
            Rows rows = new Rows(spark, results);
            for (Attempt attempt : schedule.attempts()) {
                String end = attempt(schedule, attempt, "faulty:" + results, rows);
                ENDS.merge(end, 1, Integer::sum);
            }
            assertThat(attempt(schedule, Attempt.SOUND, results.toString(), rows))
                    .isEqualTo(COMPLETE);
            rows.assertComplete(
                    schedule.grids(),
                    schedule.repeats(),
                    Map.of(
                            CpuBackend.KEY,
                            UNDISTURBED.get(schedule.units() == Units.CARDS ? Units.CORES_DENSE : schedule.units()),
                            XrtBackend.EMULATED_KEY,
                            UNDISTURBED.get(Units.CARDS)));
        } catch (Throwable e) {
            throw new AssertionError(schedule.toString(), e);
        }
        FileUtil.fullyDelete(results.toFile());
    }

    /** Starts the run, or resumes it where it was started, within the limit. Returns how it ended. */
    private static String attempt(Schedule schedule, Attempt attempt, String results, Rows rows) throws Exception {
        List<String> started = rows.runs();
        Thread[] thread = new Thread[1];
        CompletableFuture<RunSummary> run = new CompletableFuture<>();
        thread[0] = new Thread(
                () -> {
                    try {
                        run.complete(
                                run(schedule, attempt, results, started.stream().findFirst()));
                    } catch (Throwable e) {
                        run.completeExceptionally(e);
                    }
                },
                "attempt");
        thread[0].setDaemon(true);
        thread[0].start();
        try {
            RunSummary summary = run.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return summary.left() == 0 ? COMPLETE : "early: " + (summary.failed() > 0 ? "grids failed" : "stopped");
        } catch (TimeoutException e) {
            ThreadInfo[] threads = ManagementFactory.getThreadMXBean().dumpAllThreads(true, true);
            return fail("an attempt has not ended: %s%n%s"
                    .formatted(
                            attempt,
                            Arrays.stream(threads).map(ThreadInfo::toString).collect(Collectors.joining())));
        } catch (ExecutionException e) {
            if (attempt.equals(Attempt.SOUND)) {
                throw e;
            }
            return kind(e.getCause());
        }
    }

    /** The kind of a failure, without numbers. */
    private static String kind(Throwable e) {
        String message = String.valueOf(Messages.cause(e));
        return Messages.rootCause(e).getClass().getSimpleName() + ": "
                + message.lines()
                        .findFirst()
                        .orElse("")
                        .replaceAll("[0-9]+", "#")
                        .replaceAll("(.{100}).*", "$1...");
    }

    private static RunSummary run(Schedule schedule, Attempt attempt, String results, Optional<String> started)
            throws IOException {
        boolean onCards = schedule.units() == Units.CARDS;
        Experiment experiment =
                small.experiment(schedule.cards(), onCards ? schedule.instances() : 0, schedule.repeats());
        Backend backend = onCards
                ? new XrtBackend(
                                true,
                                experiment.accelerator(),
                                Map.of(
                                        "OCTOSPARK_EMU_CARDS", Integer.toString(schedule.cards()),
                                        "OCTOSPARK_EMU_FAULT", String.join(",", attempt.cards()),
                                        "OCTOSPARK_EMU_DOTPROD_MS", Integer.toString(attempt.dotprodMillis())))
                        .quarantineAfter(schedule.quarantineAfter())
                : new CpuBackend(
                        Precision.FLOAT64,
                        schedule.units() == Units.CORES_GRAM ? OperatorForm.GRAM : OperatorForm.DENSE);
        RunPolicy policy = new RunPolicy(
                Duration.ofMinutes(5),
                schedule.commitGrids() == 0 ? Long.MAX_VALUE : schedule.commitGrids(),
                schedule.gridAttempts(),
                attempt.deadlineMillis() == 0
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis(attempt.deadlineMillis())),
                schedule.fallback()
                        ? Optional.of(new CpuBackend(Precision.FLOAT64, OperatorForm.DENSE))
                        : Optional.empty());
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        FaultyFileSystem.inject(attempt.files(), () -> stop.get().run());
        RunOptions.Builder options = RunOptions.on(backend)
                .results(results)
                .grids(schedule.grids())
                .partitionsPerUnit(schedule.partitionsPerUnit())
                .policy(policy);
        if (!onCards) {
            options.units(2);
        }
        started.map(run -> StoredRun.read(results, run, spark.sparkContext().hadoopConfiguration()))
                .ifPresent(options::resume);
        ReconstructionJob job = ReconstructionJob.of(spark, experiment, options.build());
        stop.set(() -> job.stop("the schedule says so"));
        return job.run(RunProgress.SILENT);
    }
}
