package io.octospark.cli;

/** What the commands return to the shell. */
final class ExitCode {
    /** Done. */
    static final int DONE = 0;

    /** Failed while running. */
    static final int FAILED = 1;

    /** Wrong usage or configuration; nothing was done. */
    static final int INVALID_INPUT = 2;

    /** Finished, but some grids failed. */
    static final int SOME_GRIDS_FAILED = 3;

    private ExitCode() {}
}
