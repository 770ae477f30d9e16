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

    /** Returns what an exception says: by itself, by its root cause, or as {@link ErrorCode#INTERNAL}. */
    static Failure of(Throwable e) {
        if (e instanceof Failure failure) {
            return failure;
        }
        if (Messages.rootCause(e) instanceof Failure failure) {
            return failure;
        }
        List<Problem> unforeseen =
                List.of(new Problem(ErrorCode.INTERNAL, Messages.cause(e), "report it with the log"));
        return () -> unforeseen;
    }
}
