package io.octospark.compute.operator;

import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.physics.MatrixOperator;
import io.octospark.physics.Reduction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The form of the operator for CPU cores, chosen by what the forms are expected to take.
 *
 * @param form the choice
 * @param reason why, in one line
 */
public record OperatorChoice(OperatorForm form, String reason) {
    /** The forms to choose from. A reduced operator of folded rows is left out: the factors are faster. */
    private static final List<OperatorForm> FORMS =
            List.of(OperatorForm.GRAM, OperatorForm.FACTORED, OperatorForm.DENSE, OperatorForm.REDUCED);

    /** A form that can do it and the seconds that it is expected to take. */
    private record Candidate(OperatorForm form, double seconds) {
        @Override
        public String toString() {
            return form + " " + text(seconds);
        }
    }

    /**
     * Chooses the form that is expected to be done first.
     *
     * @param problems what is to be inverted, each with a share of the grids
     * @param measured whether the data are measured ones
     * @param gridsPerCore grids that a core inverts
     * @param memory bytes that an operator may take
     */
    public static OperatorChoice forCores(
            Precision precision, List<InversionProblem> problems, boolean measured, long gridsPerCore, long memory) {
        if (precision != Precision.FLOAT64) {
            return new OperatorChoice(
                    OperatorForm.DENSE,
                    "precision = " + precision + " is an arithmetic of the products with the matrix");
        }
        if (!problems.stream().allMatch(InversionProblem::isLinear)) {
            return new OperatorChoice(OperatorForm.FACTORED, "the operator changes with the total field");
        }
        List<String> obstacles = new ArrayList<>();
        List<Candidate> candidates = new ArrayList<>();
        for (OperatorForm form : FORMS) {
            String obstacle = problems.stream()
                    .map(problem -> obstacle(form, precision, problem, memory))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (form == OperatorForm.REDUCED
                    && obstacle == null
                    && !problems.stream().allMatch(OperatorChoice::compresses)) {
                continue;
            }
            if (obstacle == null) {
                double seconds = problems.stream()
                        .mapToDouble(problem -> OperatorCost.of(form, problem, measured)
                                .seconds((double) gridsPerCore / problems.size()))
                        .sum();
                candidates.add(new Candidate(form, seconds));
            } else {
                obstacles.add(form + " can't: " + obstacle);
            }
        }
        if (candidates.isEmpty()) {
            return new OperatorChoice(OperatorForm.FACTORED, "it needs least memory");
        }
        candidates.sort(Comparator.comparingDouble(Candidate::seconds));
        StringBuilder reason = new StringBuilder("it is expected to take ")
                .append(text(candidates.get(0).seconds()))
                .append(" for ")
                .append(gridsPerCore)
                .append(gridsPerCore == 1 ? " grid" : " grids")
                .append(" on a core");
        for (Candidate other : candidates.subList(1, candidates.size())) {
            reason.append(", ").append(other);
        }
        obstacles.forEach(obstacle -> reason.append("; ").append(obstacle));
        return new OperatorChoice(candidates.get(0).form(), reason.toString());
    }

    private static boolean compresses(InversionProblem problem) {
        return Reduction.compresses(problem.grid(), problem.survey());
    }

    private static String obstacle(OperatorForm form, Precision precision, InversionProblem problem, long memory) {
        String obstacle = form.obstacle(precision, problem);
        if (obstacle != null) {
            return obstacle;
        }
        if (!form.isForCores()
                && form.rows(problem)
                        > MatrixOperator.MAX_ENTRIES / problem.grid().cells()) {
            return "has more than " + MatrixOperator.MAX_ENTRIES + " entries";
        }
        long bytes = form.bytes(precision, problem, 1);
        return bytes <= memory
                ? null
                : "would take %d MiB, there are %d MiB for it".formatted(bytes >> 20, memory >> 20);
    }

    /** Two digits: no promise of more. */
    private static String text(double seconds) {
        return seconds < 0.95e-3
                ? "%.2g ms".formatted(seconds * 1e3)
                : seconds < 0.95 ? "%.0f ms".formatted(seconds * 1e3) : "%.1f s".formatted(seconds);
    }
}
