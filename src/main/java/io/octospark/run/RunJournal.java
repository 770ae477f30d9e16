package io.octospark.run;

import io.octospark.results.EventRecord;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.RunRecord;
import io.octospark.spark.UnitReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;

/**
 * What the tables are told of a run besides its grids: that it begins and ends, what its units did, and what went another way
 * than planned. Serves any thread.
 */
final class RunJournal {
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ResultStore store;
    private final String runId;
    private final RunRecord start;
    private final ResultStore.Past past;
    private final long gridsDoneBefore;
    private final long startNanos = System.nanoTime();

    /** Reports of jobs whose rows are committed. */
    private final List<UnitReport> reports = new ArrayList<>();

    /** What is not in the tables yet. */
    private final Map<ResultTable, List<Row>> unwritten = new EnumMap<>(ResultTable.class);

    private long lastWrite = startNanos;

    /** Held while rows are written, which those who tell something need not wait for. */
    private final Object writing = new Object();

    /**
     * @param start the row of the start
     * @param past what there was of the run before
     * @param gridsDoneBefore grids that were done before
     */
    RunJournal(ResultStore store, String runId, RunRecord start, ResultStore.Past past, long gridsDoneBefore) {
        this.store = store;
        this.runId = runId;
        this.start = start;
        this.past = past;
        this.gridsDoneBefore = gridsDoneBefore;
    }

    /**
     * The rows of grids that tasks have reported are committed. What they report is written at once, unless something was a
     * moment ago.
     */
    void committed(List<UnitReport> ofJob) {
        synchronized (this) {
            reports.addAll(ofJob);
            for (UnitReport report : ofJob) {
                add(ResultTable.UNITS, List.of(report.unit().toRow()));
                add(ResultTable.TIMINGS, report.unit().timingRows());
                add(ResultTable.DEVICE_SAMPLES, report.unit().sampleRows(report.samples()));
                report.events().forEach(this::event);
            }
            if (System.nanoTime() - lastWrite < INTERVAL_NANOS) {
                return;
            }
        }
        write();
    }

    synchronized void event(EventRecord event) {
        add(ResultTable.EVENTS, List.of(event.toRow()));
    }

    private void add(ResultTable table, List<Row> rows) {
        unwritten.computeIfAbsent(table, name -> new ArrayList<>()).addAll(rows);
    }

    /** What tasks have reported whose rows are committed. */
    synchronized List<UnitReport> reports() {
        return List.copyOf(reports);
    }

    private void write() {
        synchronized (writing) {
            for (ResultTable table : ResultTable.values()) {
                List<Row> rows;
                synchronized (this) {
                    lastWrite = System.nanoTime();
                    rows = List.copyOf(unwritten.getOrDefault(table, List.of()));
                }
                if (!rows.isEmpty()) {
                    store.append(table, runId, rows);
                    synchronized (this) {
                        unwritten.get(table).subList(0, rows.size()).clear();
                    }
                }
            }
        }
    }

    /** Grids that are done, as far as is known without looking. */
    synchronized long gridsDone() {
        return gridsDoneBefore
                + reports.stream()
                        .mapToLong(report -> report.unit().grids() - report.failed())
                        .sum();
    }

    /** Writes the row of the end and all before it. */
    void end(RunRecord.Status status, long gridsDone) {
        write();
        int nodes = (int) reports().stream()
                .map(report -> report.unit().task().host())
                .distinct()
                .count();
        // Readers take the latest row by its end: a clock that was set back must not make it an earlier one.
        Instant earliest = past.endedAt().map(end -> end.plusMillis(1)).orElse(past.startedAt());
        Instant now = Instant.now();
        RunRecord.End end = new RunRecord.End(
                status, now.isAfter(earliest) ? now : earliest, past.wallSeconds() + seconds(), nodes);
        store.append(
                ResultTable.RUNS, runId, List.of(start.ended(end, gridsDone).toRow()));
    }

    /** Time since the begin of this journal. */
    double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
