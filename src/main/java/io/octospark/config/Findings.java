package io.octospark.config;

import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Lines about a configuration, each of them once, in the order they were found.
 *
 * @param problems what must be mended
 * @param notices keys that are accepted without effect
 */
record Findings(Set<Problem> problems, Set<String> notices) {
    /** More than a message shows: of a hostile file there may be a million. */
    private static final int MAX_PROBLEMS = 101;

    Findings() {
        this(new LinkedHashSet<>(), new LinkedHashSet<>());
    }

    /** Adds a problem, unless there are more than enough. */
    void add(Problem problem) {
        if (!isFull()) {
            problems.add(problem);
        }
    }

    /** Whether further problems would not be kept. */
    boolean isFull() {
        return problems.size() >= MAX_PROBLEMS;
    }

    /** @throws InvalidInputException if there is a problem, naming all of them */
    void requireNoProblem() {
        if (!problems.isEmpty()) {
            throw new InvalidInputException(List.copyOf(problems));
        }
    }
}
