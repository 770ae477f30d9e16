package io.octospark.cli.bench;

import io.octospark.run.GridJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;

/**
 * Recorder of the times at which the units of runs worked, by the clock of Spark's driver. Add it to the context before
 * the runs. Thread-safe.
 */
final class UnitTaskTimes extends SparkListener {
    /**
     * The times of one run.
     *
     * @param stageSeconds time from the submission of the reconstruction to its end
     * @param workingSeconds part of that time in which a task of at least one unit ran
     */
    record Times(double stageSeconds, double workingSeconds) {}

    /** A time span from start to end, in ms. */
    record Span(long start, long end) {}

    private static final class Stage {
        private final String runId;
        private final List<Span> tasks = new ArrayList<>();
        private Span span;

        Stage(String runId) {
            this.runId = runId;
        }
    }

    private final Map<Integer, Stage> stages = new HashMap<>();

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        String runId =
                submitted.properties() == null ? null : submitted.properties().getProperty(GridJobs.RUN);
        if (runId != null) {
            stages.putIfAbsent(submitted.stageInfo().stageId(), new Stage(runId));
        }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
        Stage stage = stages.get(task.stageId());
        if (stage != null) {
            stage.tasks.add(
                    new Span(task.taskInfo().launchTime(), task.taskInfo().finishTime()));
        }
    }

    @Override
    public synchronized void onStageCompleted(SparkListenerStageCompleted completed) {
        StageInfo info = completed.stageInfo();
        Stage stage = stages.get(info.stageId());
        if (stage != null) {
            stage.span = new Span((Long) info.submissionTime().get(), (Long)
                    info.completionTime().get());
            notifyAll();
        }
    }

    /**
     * Returns the times of a run that has ended. Waits for Spark, which reports them a moment later.
     *
     * @throws IllegalStateException if Spark does not report them within the limit
     */
    public synchronized Times of(String runId, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            List<Stage> ofRun = stages.values().stream()
                    .filter(stage -> stage.runId.equals(runId))
                    .toList();
            if (!ofRun.isEmpty() && ofRun.stream().allMatch(stage -> stage.span != null)) {
                return new Times(
                        seconds(ofRun.stream().map(stage -> stage.span).toList()),
                        seconds(ofRun.stream()
                                .flatMap(stage -> stage.tasks.stream())
                                .toList()));
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IllegalStateException("Spark has not told when the tasks of run " + runId + " ended");
            }
            wait(left);
        }
    }

    /** Returns the time that spans cover, in seconds; overlaps count once. */
    static double seconds(List<Span> spans) {
        long millis = 0;
        long covered = Long.MIN_VALUE;
        for (Span span :
                spans.stream().sorted(Comparator.comparingLong(Span::start)).toList()) {
            millis += Math.max(0, span.end - Math.max(span.start, covered));
            covered = Math.max(covered, span.end);
        }
        return millis / 1e3;
    }
}
