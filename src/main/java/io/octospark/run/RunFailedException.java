package io.octospark.run;

import io.octospark.error.Failure;
import io.octospark.error.Problem;
import java.util.List;

/** The failure of a run that had begun: rows may have been committed, and the run can be resumed. */
public final class RunFailedException extends RuntimeException implements Failure {
    private static final long serialVersionUID = 2L;

    private final List<Problem> problems;

    public RunFailedException(Problem problem) {
        super(problem.message());
        problems = List.of(problem);
    }

    /** A failure that its root cause describes. */
    public RunFailedException(Throwable cause) {
        super(cause);
        problems = Failure.of(cause).problems();
    }

    @Override
    public List<Problem> problems() {
        return problems;
    }
}
