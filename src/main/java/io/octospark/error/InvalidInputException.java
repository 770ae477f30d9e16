package io.octospark.error;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Input that a user can correct: a configuration, a file or an option. Every other exception is a failure of the run or a
 * bug.
 *
 * <p>The input may be hostile: problems become {@linkplain Messages#line lines}, {@linkplain UriPasswords passwords} are
 * hidden, long messages lose their middle, and only the first 100 problems are kept.
 */
public final class InvalidInputException extends RuntimeException implements Failure {
    private static final long serialVersionUID = 3L;

    private static final int MAX_PROBLEMS = 100;
    private static final int MAX_CHARACTERS = 1000;
    private static final int MAX_REMEDY = 500;

    private final List<Problem> problems;

    public InvalidInputException(ErrorCode code, String what, String remedy) {
        this(List.of(new Problem(code, what, remedy)));
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
                        "There are more than these " + MAX_PROBLEMS + " problems",
                        "correct them first"));
        return Stream.concat(problems.stream().limit(MAX_PROBLEMS), more)
                .map(InvalidInputException::line)
                .toList();
    }

    private static Problem line(Problem problem) {
        String remedy = line(problem.remedy(), MAX_REMEDY);
        int room = MAX_CHARACTERS - Problem.SEPARATOR.length() - remedy.length();
        return new Problem(problem.code(), line(problem.what(), room), remedy);
    }

    private static String line(String text, int characters) {
        return Messages.line(Messages.shortened(UriPasswords.hidden(text), characters));
    }

    @Override
    public List<Problem> problems() {
        return problems;
    }

    /** Returns the messages of all problems. */
    public List<String> messages() {
        return problems.stream().map(Problem::message).toList();
    }
}
