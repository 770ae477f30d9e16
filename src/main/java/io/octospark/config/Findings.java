package io.octospark.config;

import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The problems and notices of a configuration, each once, in the order they were found.
 *
 * @param problems problems that the user must fix
 * @param notices keys that are accepted without effect
 */
record Findings(Set<Problem> problems, Set<String> notices) {
    /** One more than a message shows; a hostile file may cause a million. */
    private static final int MAX_PROBLEMS = 101;

    Findings() {
        this(new LinkedHashSet<>(), new LinkedHashSet<>());
    }

    /** Adds a problem, unless the limit is reached. */
    void add(Problem problem) {
        if (!isFull()) {
            problems.add(problem);
        }
    }

    /** Returns whether further problems would be dropped. */
    boolean isFull() {
        return problems.size() >= MAX_PROBLEMS;
    }

    /**
     * Checks that there is no problem.
     *
     * @throws InvalidInputException if there is a problem; names all problems
     */
    void requireNoProblem() {
        if (!problems.isEmpty()) {
            throw new InvalidInputException(List.copyOf(problems));
        }
    }
}
