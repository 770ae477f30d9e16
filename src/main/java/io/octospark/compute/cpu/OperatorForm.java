package io.octospark.compute.cpu;

import io.octospark.model.InversionSettings;
import io.octospark.model.Precision;
import io.octospark.model.experiment.InversionProblem;
import java.util.Locale;

/** In which form CPU units have the operator. */
public enum OperatorForm {
    /** The matrix K of all measurements: a grid goes through its two products, as on a card. The reference. */
    DENSE,
    /** The normal operator Re(K^H K): many grids at once, one product in a pass. */
    GRAM;

    /** The normal operator carries the misfit to some 1e-13 of the data's norm; this leaves room. */
    private static final double LEAST_TOLERANCE = 1e-10;

    /** As users write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Why this form can't do an inversion, in one line; null if it can. */
    public String obstacle(Precision precision, InversionProblem problem) {
        InversionSettings settings = problem.inversion();
        if (this == GRAM && precision != Precision.FLOAT64) {
            return "precision = " + precision + " asks for its arithmetic, the normal operator is float64";
        }
        if (this == GRAM && settings.tolerance() < LEAST_TOLERANCE) {
            return "tolerance = " + settings.tolerance() + " is below " + LEAST_TOLERANCE
                    + ", where the normal operator no longer carries the misfit";
        }
        return null;
    }

    /**
     * Bytes that the operator takes while it is made.
     *
     * @param tasks tasks at work at the same time
     */
    public long bytes(Precision precision, InversionProblem problem, int tasks) {
        long rows = problem.survey().measurements();
        long cells = problem.grid().cells();
        if (this == GRAM) {
            // Its lower half, and the order in which the products read it.
            return cells * cells * Double.BYTES * 3 / 2;
        }
        // In the other precisions every unit at work has a float32 copy of its own.
        long copies = precision == Precision.FLOAT64 ? 0 : tasks;
        return rows * cells * (2 * Double.BYTES + copies * 2 * Float.BYTES);
    }
}
