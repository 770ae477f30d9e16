package io.octospark.error;

import java.util.List;

/** An exception that says what is wrong and what to do, so that a user needs no stack trace. */
public interface Failure {
    /** Returns the problems, at least one. */
    List<Problem> problems();

    /** Returns the code of the first problem. */
    default ErrorCode code() {
        return problems().get(0).code();
    }
}
