package io.octospark.xrt;

import io.octospark.error.Failure;
import io.octospark.error.Problem;
import java.util.List;

/**
 * A call of the Xilinx Runtime that failed, or that was refused because it would have. {@link XrtTarget} makes the
 * problem. What XRT itself says about a failure it prints on standard error.
 */
public final class XrtException extends RuntimeException implements Failure {
    private static final long serialVersionUID = 3L;

    private final Problem problem;

    /** @param cause the exception that caused the failure; null if there is none */
    XrtException(Problem problem, Throwable cause) {
        super(problem.message(), cause);
        this.problem = problem;
    }

    @Override
    public List<Problem> problems() {
        return List.of(problem);
    }
}
