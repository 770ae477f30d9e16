package io.octospark.cli.options;

/** Exit codes of the commands. */
public final class ExitCode {
    /** The command succeeded. */
    public static final int DONE = 0;

    /** The command failed while running. */
    public static final int FAILED = 1;

    /** Usage or configuration was wrong; nothing was done. */
    public static final int INVALID_INPUT = 2;

    /** The run finished, but some grids failed. */
    public static final int SOME_GRIDS_FAILED = 3;

    private ExitCode() {}
}
