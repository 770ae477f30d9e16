package io.octospark.report;

import io.octospark.results.ResultStore;

/** Words about runs that several classes need. */
final class Runs {
    private Runs() {}

    static String unknown(String runId, ResultStore store) {
        return "run " + runId + ": there is none in " + store.folder()
                + "; octospark sql \"SELECT run_id, experiment, status FROM runs\" lists them";
    }
}
