package io.octospark.model;

import java.util.List;

/**
 * Input that a user can mend: a configuration, a file or an option. Each problem is one line that names the place, the
 * value, the limit and the remedy. Commands print the problems without a stack trace and end with exit code 2; every
 * other exception is a failure of the run or a bug.
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    public InvalidInputException(String problem) {
        this(List.of(problem));
    }

    public InvalidInputException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** All problems found, at least one. */
    public List<String> problems() {
        return problems;
    }
}
