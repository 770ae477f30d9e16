package io.octospark.model.experiment;

import io.octospark.model.Problem;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Lines about a configuration, each of them once, in the order they were found.
 *
 * @param problems what must be mended
 * @param notices keys that are accepted without effect
 */
record Findings(Set<Problem> problems, Set<String> notices) {
    Findings() {
        this(new LinkedHashSet<>(), new LinkedHashSet<>());
    }
}
