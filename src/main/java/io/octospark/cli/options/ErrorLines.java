package io.octospark.cli.options;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.error.Messages;
import io.octospark.error.UriPasswords;
import java.io.PrintWriter;

/** The lines {@code error[CODE]: message} that commands print. */
public final class ErrorLines {
    private ErrorLines() {}

    /** Prints the error that ended a command, in one line. */
    public static void print(PrintWriter err, ErrorCode code, String message) {
        err.println("error[" + code + "]: " + Messages.line(UriPasswords.hidden(message)));
    }

    /** Returns the code of a failure. */
    public static ErrorCode code(Throwable root) {
        return root instanceof Failure failure ? failure.code() : ErrorCode.INTERNAL;
    }
}
