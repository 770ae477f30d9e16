package io.octospark.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Input that a user can mend: a configuration, a file or an option. Each problem is one line that names the place, the
 * value, the limit and the remedy. Commands print the problems with their codes and without a stack trace, and end with
 * exit code 2; every other exception is a failure of the run or a bug.
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 2L;

    private final List<Problem> problems;

    public InvalidInputException(ErrorCode code, String message) {
        this(List.of(new Problem(code, message)));
    }

    public InvalidInputException(List<Problem> problems) {
        super(problems.stream().map(Problem::message).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    /** All problems found, at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** The messages of all problems. */
    public List<String> messages() {
        return problems.stream().map(Problem::message).toList();
    }

    /** The code of the first problem. */
    public ErrorCode code() {
        return problems.get(0).code();
    }
}
