package io.octospark.run;

/** Receives the progress of a run. Calls may come from any thread, one at a time. */
public interface RunProgress extends AutoCloseable {
    /** Shows nothing. */
    RunProgress SILENT = new RunProgress() {};

    /**
     * The run begins.
     *
     * @param grids grids to compute, over all repeats
     * @param units compute units that have something to do
     */
    default void start(String runId, long grids, int units) {}

    /** So many grids are done in all. */
    default void done(long grids) {}

    /** The run is over, well or not. */
    @Override
    default void close() {}
}
