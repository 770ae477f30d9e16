package io.octospark.run;

/** Shows nothing. */
class SilentProgress implements RunProgress {
    @Override
    public void start(String runId, long grids, int units) {}

    @Override
    public void done(long grids) {}

    @Override
    public void close() {}
}
