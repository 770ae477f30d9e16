package io.octospark.cli.options;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.run.RunFailedException;

/** The exit codes of commands. */
public final class ExitCode {
    /** The command succeeded. */
    public static final int DONE = 0;

    /** Failed while running; something may have been written. */
    public static final int FAILED = 1;

    /** Wrong usage or configuration; nothing was written. */
    public static final int INVALID_INPUT = 2;

    /** The run finished, but some grids failed. */
    public static final int SOME_GRIDS_FAILED = 3;

    private ExitCode() {}

    /**
     * Returns the exit code of a command that an exception ended. A failure that arrives as it was thrown was found before
     * anything was written, so its {@linkplain ErrorCode#exitCode() code} decides. What fails later arrives wrapped: by the
     * run once its first row is written, or by Spark in a task.
     */
    public static int of(Throwable e) {
        boolean early = e instanceof Failure && !(e instanceof RunFailedException);
        return early ? ((Failure) e).code().exitCode() : FAILED;
    }
}
