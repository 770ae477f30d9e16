package io.octospark.compute.operator;

import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.physics.Compression;
import io.octospark.physics.FactoredOperator;
import io.octospark.physics.Folding;
import io.octospark.physics.Reduction;
import java.util.Locale;
import java.util.Set;

/** The forms in which compute units can have the operator K. */
public enum OperatorForm {
    /** The matrix K of all measurements, with its two products. The reference. */
    DENSE,
    /** The normal operator Re(K^H K): many grids at once, one product in a pass. On CPU cores alone. */
    GRAM,
    /** The fields whose products are the entries of K. Takes little memory: one grid at a time, on CPU cores alone. */
    FACTORED,
    /**
     * K with fewer rows, see {@link Reduction}: rows that are equal by reciprocity folded into one, or the triangular factor,
     * whichever has fewer rows. Products as with K.
     */
    REDUCED;

    /** Names of {@link #REDUCED} in earlier versions. */
    private static final Set<String> FORMER_NAMES = Set.of("folded", "compressed");

    /** The normal operator carries the misfit to some 1e-13 of the data's norm; this leaves room. */
    private static final double LEAST_TOLERANCE = 1e-10;

    /**
     * Returns the form of a name in any case, which may be one of {@linkplain #isFormerName earlier versions}.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static OperatorForm of(String name) {
        return isFormerName(name) ? REDUCED : valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Returns whether earlier versions had a form of this name that is now {@link #REDUCED}. */
    public static boolean isFormerName(String name) {
        return FORMER_NAMES.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Returns the name as users write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Why this form can't do an inversion, in one line; null if it can. */
    public String obstacle(Precision precision, InversionProblem problem) {
        InversionSettings settings = problem.inversion();
        if (!problem.isLinear() && this != DENSE && this != FACTORED) {
            return "forward_model.type is not born, so that the operator changes with the total field";
        }
        if (isForCores() && precision != Precision.FLOAT64) {
            return "precision = " + precision + " asks for its arithmetic, this form is in float64";
        }
        if (this == GRAM && problem.synthetic() != null) {
            return "synthetic asks for data that no product with the normal operator makes";
        }
        if (this == GRAM && settings.tolerance() < LEAST_TOLERANCE) {
            return "tolerance = " + settings.tolerance() + " is below " + LEAST_TOLERANCE
                    + ", where the normal operator no longer carries the misfit";
        }
        long measurements = problem.survey().measurements();
        if (this == REDUCED && rows(problem) == measurements) {
            return "sources and receivers have fewer than two places in common, so no rows are equal, and the triangular"
                    + " factor of " + problem.grid().cells() + " cells has "
                    + Compression.rows(problem.grid().cells()) + " rows, not fewer than the " + measurements
                    + " measurements";
        }
        return null;
    }

    /** Returns whether it is for CPU cores alone: kernels of cards have no product with it. */
    public boolean isForCores() {
        return this == GRAM || this == FACTORED;
    }

    /** Rows of the matrix, which has a column for each cell. */
    public long rows(InversionProblem problem) {
        return switch (this) {
            case DENSE, FACTORED -> problem.operatorRows();
            case GRAM -> problem.grid().cells();
            case REDUCED ->
                Math.min(
                        Folding.rows(problem.survey()),
                        Compression.rows(problem.grid().cells()));
        };
    }

    /** Says which rows a reduced operator has, in place of how many. */
    public static String reduction(InversionProblem problem) {
        return "%s, %d rows in place of %d"
                .formatted(
                        Reduction.compresses(problem.grid(), problem.survey())
                                ? "the triangular factor"
                                : "equal rows folded into one",
                        REDUCED.rows(problem),
                        problem.survey().measurements());
    }

    /**
     * Bytes that the operator takes while it is made; where it changes with the total field, those of all grids.
     *
     * @param grids grids at work at the same time
     */
    public long bytes(Precision precision, InversionProblem problem, int grids) {
        long rows = rows(problem);
        long cells = problem.grid().cells();
        if (!problem.isLinear()) {
            return totalFieldBytes(precision, problem, grids);
        }
        if (this == GRAM) {
            // Its lower half, and the order in which the products read it.
            return cells * cells * Double.BYTES * 3 / 2;
        }
        if (this == FACTORED) {
            return FactoredOperator.bytes(problem.grid(), problem.survey());
        }
        // In the other precisions every unit at work has a float32 copy of its own.
        long copies = precision == Precision.FLOAT64 ? 0 : grids;
        long matrix = rows * cells * (2 * Double.BYTES + copies * 2 * Float.BYTES);
        if (this != REDUCED || !Reduction.compresses(problem.grid(), problem.survey())) {
            return matrix;
        }
        // The reflections take the place of the folded rows; the factor stands twice until it is packed.
        return matrix + Folding.rows(problem.survey()) * cells * 2 * Double.BYTES + cells * cells * Double.BYTES;
    }

    /** Fields of receivers, which all grids share; of each grid fields of sources, old and new ones, and a matrix. */
    private long totalFieldBytes(Precision precision, InversionProblem problem, int grids) {
        Survey survey = problem.survey();
        long field = 2L * Double.BYTES * problem.grid().cells();
        long receiverFields =
                field * survey.frequenciesHz().size() * survey.receivers().size();
        long totalFields =
                2 * field * problem.operatorFrequencies() * survey.sources().size();
        long matrix = rows(problem) * field;
        if (precision != Precision.FLOAT64) {
            matrix /= 2;
        } else if (this == FACTORED) {
            matrix = 0;
        }
        return receiverFields + grids * (totalFields + matrix);
    }
}
