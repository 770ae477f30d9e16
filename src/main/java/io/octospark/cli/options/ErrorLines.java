package io.octospark.cli.options;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.error.UriPasswords;
import io.octospark.run.RunFailedException;
import io.octospark.xrt.XrtException;
import java.io.PrintWriter;

/** The lines {@code error[CODE]: message} that commands print. */
public final class ErrorLines {
    private ErrorLines() {}

    /** Prints what ended a command, in one line. */
    public static void print(PrintWriter err, ErrorCode code, String message) {
        err.println("error[" + code + "]: " + Messages.line(UriPasswords.hidden(message)));
    }

    /** The code of a failure. */
    public static ErrorCode code(Throwable root) {
        if (root instanceof InvalidInputException invalid) {
            return invalid.code();
        }
        if (root instanceof RunFailedException failed) {
            return failed.code();
        }
        return root instanceof XrtException failure ? failure.code() : ErrorCode.INTERNAL;
    }
}
