package io.octospark.cli.options;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.error.Messages;
import io.octospark.error.UriPasswords;
import java.io.PrintWriter;

/** The lines {@code error[CODE]: message} that commands print. */
public final class ErrorLines {
    private ErrorLines() {}

    /** Prints one line for each problem of a failure. */
    public static void print(PrintWriter err, Failure failure) {
        failure.problems().forEach(problem -> print(err, problem.code(), problem.message()));
    }

    /** Prints one line. */
    public static void print(PrintWriter err, ErrorCode code, String message) {
        String line = UriPasswords.hidden(message).strip().replaceAll("\\s*\\R\\s*", " ");
        err.println("error[" + code + "]: " + Messages.line(line));
    }
}
