package io.octospark.error;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Input that a user can mend: a configuration, a file or an option. Each problem is one line that names the place, the
 * value, the limit and the remedy. Commands print the problems with their codes and without a stack trace, and end with
 * exit code 2; every other exception is a failure of the run or a bug.
 *
 * <p>Problems may have parts of hostile input in them: they are made {@linkplain Shown#line lines}, {@linkplain UriPasswords
 * passwords} are hidden, and the middle of very long ones and all after the first hundred are left out.
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 2L;

    private static final int MAX_PROBLEMS = 100;
    private static final int MAX_CHARACTERS = 1000;

    private final List<Problem> problems;

    public InvalidInputException(ErrorCode code, String message) {
        this(List.of(new Problem(code, message)));
    }

    public InvalidInputException(List<Problem> problems) {
        super(lines(problems).stream().map(Problem::message).collect(Collectors.joining(System.lineSeparator())));
        this.problems = lines(problems);
    }

    private static List<Problem> lines(List<Problem> problems) {
        Stream<Problem> more = problems.size() <= MAX_PROBLEMS
                ? Stream.of()
                : Stream.of(new Problem(
                        problems.get(0).code(),
                        "There are more than these " + MAX_PROBLEMS + " problems; correct them first"));
        return Stream.concat(problems.stream().limit(MAX_PROBLEMS), more)
                .map(problem -> new Problem(
                        problem.code(), Shown.line(Shown.ends(UriPasswords.hidden(problem.message()), MAX_CHARACTERS))))
                .toList();
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
