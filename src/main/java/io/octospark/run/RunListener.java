package io.octospark.run;

import io.octospark.results.EventRecord;
import io.octospark.spark.UnitReport;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Follows the tasks of a run while their jobs are under way: passes on their reports, tells of failed attempts, and counts
 * grids. Spark adds an accumulator up only when a task ends, but executors send its value so far with every heartbeat; both
 * together give the grids done at any time, without those of failed attempts. Spark calls it from one thread.
 */
final class RunListener extends SparkListener {
    /** Local property of the jobs of a run: the numbers of their partitions in the tables, separated by commas. */
    static final String PARTITIONS = "octospark.partitions";

    private final String runId;
    private final long gridsDone;
    private final LongConsumer progress;
    private final Consumer<UnitReport> taskEnded;
    private final Consumer<EventRecord> events;

    /** The numbers of the partitions in the tables, by stage. */
    private final Map<Integer, List<Integer>> partitions = new HashMap<>();

    /** Grids that tasks under way have done, by task. */
    private final Map<Long, Long> running = new HashMap<>();

    private long ended;
    private long told;

    /**
     * @param gridsDone number of the accumulator that tasks count grids with
     * @param progress receives the grids done, whenever there are more
     * @param taskEnded receives the report of each task that has succeeded
     * @param events receives an event for each attempt that has failed
     */
    RunListener(
            String runId,
            long gridsDone,
            LongConsumer progress,
            Consumer<UnitReport> taskEnded,
            Consumer<EventRecord> events) {
        this.runId = runId;
        this.gridsDone = gridsDone;
        this.progress = progress;
        this.taskEnded = taskEnded;
        this.events = events;
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        if (submitted.properties() != null
                && runId.equals(submitted.properties().getProperty(GridJobs.RUN))) {
            String numbers = submitted.properties().getProperty(PARTITIONS, "");
            partitions.put(
                    submitted.stageInfo().stageId(),
                    Arrays.stream(numbers.split(",", -1))
                            .filter(number -> !number.isEmpty())
                            .map(Integer::valueOf)
                            .toList());
        }
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        CollectionConverters.asJava(update.accumUpdates())
                .forEach(task -> updates(task._4()).forEach(info -> {
                    if (info.id() == gridsDone) {
                        running.put((Long) task._1(), grids(info));
                    }
                }));
        tell(ended + running.values().stream().mapToLong(Long::longValue).sum());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
        TaskInfo info = task.taskInfo();
        running.remove(info.taskId());
        List<Integer> ofStage = partitions.get(task.stageId());
        if (ofStage == null) {
            return;
        }
        if (info.successful()) {
            updates(info.accumulables()).forEach(this::add);
        } else if (task.reason() instanceof TaskFailedReason reason && !(reason instanceof TaskKilled)) {
            events.accept(failed(info, reason, ofStage));
        }
        tell(ended + running.values().stream().mapToLong(Long::longValue).sum());
    }

    private void add(AccumulableInfo info) {
        if (info.id() == gridsDone) {
            ended += grids(info);
        } else if (info.update().get() instanceof List<?> values) {
            values.stream()
                    .filter(UnitReport.class::isInstance)
                    .map(UnitReport.class::cast)
                    .forEach(taskEnded);
        }
    }

    private static EventRecord failed(TaskInfo info, TaskFailedReason reason, List<Integer> partitions) {
        String cause = reason.toErrorString().lines().findFirst().orElse("");
        EventRecord.Builder event = EventRecord.builder(EventRecord.Kind.ATTEMPT_FAILED, Instant.now())
                .host(info.host());
        if (info.index() < partitions.size()) {
            event.partitionId(partitions.get(info.index()));
        }
        return event.build("attempt %d: %s".formatted(info.attemptNumber(), cause));
    }

    private static Stream<AccumulableInfo> updates(Iterable<AccumulableInfo> infos) {
        return Stream.of(infos)
                .flatMap(all -> CollectionConverters.asJavaCollection(all).stream())
                .filter(info -> info.update().isDefined());
    }

    private static long grids(AccumulableInfo info) {
        return ((Number) info.update().get()).longValue();
    }

    /** All grids are done, whether or not the last events have come. */
    void finished(long grids) {
        tell(grids);
    }

    private synchronized void tell(long done) {
        if (done > told) {
            told = done;
            progress.accept(done);
        }
    }
}
