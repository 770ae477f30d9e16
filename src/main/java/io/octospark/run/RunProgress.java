package io.octospark.run;

/** Is told how far a run is. Calls may come from any thread, one at a time. */
public interface RunProgress extends AutoCloseable {
    /** The run begins: so many grids over all repeats on so many units. */
    void start(String runId, long grids, int units);

    /** So many grids are done in all. */
    void done(long grids);

    /** The run is over, well or not. */
    @Override
    void close();
}
