package io.octospark.run;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.error.Messages;
import io.octospark.error.Problem;
import java.util.List;

/** The failure of a run that had begun: rows may have been committed, and the run can be resumed. */
public final class RunFailedException extends RuntimeException implements Failure {
    private static final long serialVersionUID = 1L;

    private final List<Problem> problems;

    RunFailedException(Problem problem) {
        super(problem.message());
        problems = List.of(problem);
    }

    /** A failure that its root cause describes. */
    RunFailedException(Throwable cause) {
        super(cause);
        problems = Messages.rootCause(cause) instanceof Failure failure
                ? failure.problems()
                : List.of(new Problem(ErrorCode.INTERNAL, Messages.cause(cause), "report it with the log"));
    }

    @Override
    public List<Problem> problems() {
        return problems;
    }
}
