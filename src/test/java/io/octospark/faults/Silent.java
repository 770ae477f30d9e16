package io.octospark.faults;

import io.octospark.run.RunProgress;

/** Tells nobody how far a run is. */
final class Silent implements RunProgress {
    @Override
    public void start(String runId, long grids, int units) {}

    @Override
    public void done(long grids) {}

    @Override
    public void close() {}
}
