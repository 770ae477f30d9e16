package io.octospark.run;

import io.octospark.results.EventRecord;
import io.octospark.spark.UnitReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/** Tells of the tasks of a run as they end, while their jobs are still under way. */
final class TaskListener extends SparkListener {
    /** Local property of the jobs of a run: the numbers of their partitions in the tables, separated by commas. */
    static final String PARTITIONS = "octospark.partitions";

    private final String runId;
    private final Consumer<UnitReport> ended;
    private final Consumer<EventRecord> failed;

    /** Of each stage the repeat and the numbers of its partitions in the tables. */
    private final Map<Integer, List<Integer>> stages = new HashMap<>();

    /**
     * @param ended told the reports of tasks that succeeded
     * @param failed told of attempts that came to nothing
     */
    TaskListener(String runId, Consumer<UnitReport> ended, Consumer<EventRecord> failed) {
        this.runId = runId;
        this.ended = ended;
        this.failed = failed;
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        if (submitted.properties() != null
                && runId.equals(submitted.properties().getProperty(GridJobs.RUN))) {
            String partitions = submitted.properties().getProperty(PARTITIONS, "");
            stages.put(
                    submitted.stageInfo().stageId(),
                    partitions.isEmpty()
                            ? List.of()
                            : List.of(partitions.split(",", -1)).stream()
                                    .map(Integer::valueOf)
                                    .toList());
        }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
        List<Integer> partitions = stages.get(task.stageId());
        if (partitions == null) {
            return;
        }
        if (task.taskInfo().successful()) {
            for (AccumulableInfo info :
                    CollectionConverters.asJava(task.taskInfo().accumulables())) {
                if (info.update().isDefined() && info.update().get() instanceof List<?> values) {
                    values.stream()
                            .filter(UnitReport.class::isInstance)
                            .map(UnitReport.class::cast)
                            .forEach(ended);
                }
            }
        } else if (task.reason() instanceof TaskFailedReason reason && !(reason instanceof TaskKilled)) {
            int index = task.taskInfo().index();
            EventRecord.Builder event = EventRecord.builder(EventRecord.Kind.ATTEMPT_FAILED, Instant.now())
                    .host(task.taskInfo().host());
            if (index < partitions.size()) {
                event.partitionId(partitions.get(index));
            }
            failed.accept(event.build("attempt %d: %s"
                    .formatted(
                            task.taskInfo().attemptNumber(),
                            reason.toErrorString().lines().findFirst().orElse(""))));
        }
    }
}
