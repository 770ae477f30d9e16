package io.octospark.run;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.Option;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Counts grids while tasks run. Spark adds an accumulator up only when a task ends, but executors send its value so far
 * with every heartbeat; both together give the grids done at any time, without those of failed attempts.
 */
final class GridProgressListener extends SparkListener {
    private final long accumulatorId;
    private final LongConsumer progress;
    private final Map<Long, Long> runningTasks = new HashMap<>();
    private long ended;
    private long reported;

    /**
     * @param accumulatorId accumulator that tasks count grids with
     * @param progress told the grids done, whenever there are more
     */
    GridProgressListener(long accumulatorId, LongConsumer progress) {
        this.accumulatorId = accumulatorId;
        this.progress = progress;
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        CollectionConverters.asJava(update.accumUpdates())
                .forEach(task -> add(runningTasks, (Long) task._1(), task._4()));
        report();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
        runningTasks.remove(task.taskInfo().taskId());
        if (task.taskInfo().successful()) {
            Map<Long, Long> value = new HashMap<>();
            add(value, task.taskInfo().taskId(), task.taskInfo().accumulables());
            ended += value.getOrDefault(task.taskInfo().taskId(), 0L);
        }
        report();
    }

    private void add(Map<Long, Long> values, Long task, Iterable<AccumulableInfo> accumulables) {
        for (AccumulableInfo info : CollectionConverters.asJava(accumulables)) {
            Option<Object> update = info.update();
            if (info.id() == accumulatorId && update.isDefined()) {
                values.put(task, ((Number) update.get()).longValue());
            }
        }
    }

    /** All grids are done, whether or not the last events have come. */
    void finished(long grids) {
        reportUpTo(grids);
    }

    private void report() {
        long done = ended
                + runningTasks.values().stream().mapToLong(Long::longValue).sum();
        reportUpTo(done);
    }

    private synchronized void reportUpTo(long done) {
        if (done > reported) {
            reported = done;
            progress.accept(done);
        }
    }
}
