package io.octospark.cli.options;

/** What the commands return to the shell. */
public final class ExitCode {
    /** Done. */
    public static final int DONE = 0;

    /** Failed while running. */
    public static final int FAILED = 1;

    /** Wrong usage or configuration; nothing was done. */
    public static final int INVALID_INPUT = 2;

    /** Finished, but some grids failed. */
    public static final int SOME_GRIDS_FAILED = 3;

    private ExitCode() {}
}
