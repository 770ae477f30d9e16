package io.octospark.compute.operator;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.model.InversionProblem;
import io.octospark.model.Survey;
import io.octospark.physics.Folding;
import io.octospark.physics.Reduction;

/**
 * How long one CPU core is expected to take for inversions with a form of the operator: its numbers of operations and of
 * bytes, divided by rates that were measured ({@code octospark bench operators}, {@code docs/performance.md}). Meant to tell
 * the forms apart, which differ by factors; the times themselves depend on the machine and on how many passes the grids
 * need.
 *
 * @param form of the operator
 * @param setUpSeconds to make the operator, once in a process
 * @param gridSeconds for each of many grids
 * @param gridsAtOnce one grid takes as long as so many
 */
public record OperatorCost(OperatorForm form, double setUpSeconds, double gridSeconds, int gridsAtOnce) {
    /** Passes that a grid is taken to need: the notebook's case needs 18, a few thousand cells some hundred. */
    private static final int USUAL_PASSES = 50;

    /** Products in a pass with one grid at a time: with contrast and direction, and the adjoint one. */
    private static final int PRODUCTS = 3;

    /** A complex number of a field, with its two Bessel functions. */
    private static final double FIELD_SECONDS = 50e-9;

    /** A complex number of a matrix when it is made. */
    private static final double ENTRY_SECONDS = 4e-9;

    /** Rates of reading a matrix that fits the caches, and of one that does not. */
    private static final double CACHED_BYTES_PER_SECOND = 34e9;

    private static final double BYTES_PER_SECOND = 22e9;
    private static final long CACHE_BYTES = 32L << 20;

    /** Time of a pass beside the products with one grid at a time, for each cell and for each row. */
    private static final double CELL_SECONDS = 18e-9;

    private static final double ROW_SECONDS = 5e-9;

    /** Operations that make the normal operator. */
    private static final double CORRELATIONS_PER_SECOND = 18e9;

    /** Operations that compress. */
    private static final double REFLECTIONS_PER_SECOND = 15e9;

    /** Cells from which on the normal operator is larger than the second-level cache. */
    private static final int LARGE = 1000;

    private static final int LANES = 8;

    /**
     * Rates that depend on the arithmetic.
     *
     * @param factored operations of the products of factors in a second
     * @param sourcesAtOnce sources that these take at once
     * @param gram operations of products with the normal operator in a second
     * @param largeGram the same when it is larger than the second-level cache
     * @param gramCellSeconds what a pass does beside them, for a cell of one of many grids
     * @param projection operations of the projection in a second
     */
    private record Rates(
            double factored,
            int sourcesAtOnce,
            double gram,
            double largeGram,
            double gramCellSeconds,
            double projection) {}

    private static final Rates VECTOR = new Rates(30e9, 4, 110e9, 75e9, 2.5e-9, 100e9);
    private static final Rates PLAIN = new Rates(8e9, 1, 25e9, 17e9, 11e-9, 15e9);

    /**
     * The cost of a form.
     *
     * @param measured whether the data are measured ones
     */
    public static OperatorCost of(OperatorForm form, InversionProblem problem, boolean measured) {
        return of(form, problem, measured, Arithmetic.used());
    }

    /** The cost in an arithmetic. */
    static OperatorCost of(OperatorForm form, InversionProblem problem, boolean measured, Arithmetic arithmetic) {
        Rates rates = arithmetic == Arithmetic.VECTOR ? VECTOR : PLAIN;
        Survey survey = problem.survey();
        double cells = problem.grid().cells();
        double frequencies = survey.frequenciesHz().size();
        double receivers = survey.receivers().size();
        double sources = survey.sources().size();
        boolean coincident = survey.sources().equals(survey.receivers());
        double folded = Folding.rows(survey);
        double rows = form.rows(problem);
        double passes = Math.min(problem.inversion().maxPasses(), USUAL_PASSES);
        // Those of the fields that are the same are computed once, but for the rows of a matrix.
        double fields = frequencies * (coincident ? receivers : receivers + sources) * cells * FIELD_SECONDS;
        double ofMatrix = frequencies * (receivers + sources) * cells * FIELD_SECONDS + rows * cells * ENTRY_SECONDS;
        double around = passes * (cells * CELL_SECONDS + rows * ROW_SECONDS);
        double matrix = passes * PRODUCTS * reading(rows * cells * 2 * Double.BYTES);
        return switch (form) {
            case DENSE -> new OperatorCost(form, ofMatrix, matrix + around, 1);
            case REDUCED -> {
                if (!Reduction.compresses(problem.grid(), survey)) {
                    yield new OperatorCost(form, ofMatrix, matrix + around, 1);
                }
                double reflections = 4 * folded * cells;
                yield new OperatorCost(
                        form,
                        ofMatrix + reflections * cells / REFLECTIONS_PER_SECOND,
                        matrix + around + (measured ? 2 * reflections / REFLECTIONS_PER_SECOND : 0),
                        1);
            }
            case FACTORED -> {
                // Some sources of a receiver are taken at once, whether so many are left or not.
                int atOnce = rates.sourcesAtOnce();
                double surplus = sources < atOnce ? atOnce - sources : (atOnce - 1) / 2.0;
                double computed = folded + surplus * frequencies * receivers;
                yield new OperatorCost(
                        form, fields, passes * PRODUCTS * 8 * computed * cells / rates.factored() + around, 1);
            }
            case GRAM -> {
                double correlations =
                        cells * cells / 2 * frequencies * (8 * (coincident ? receivers : receivers + sources) + 3);
                double product = 2 * cells * cells / (cells < LARGE ? rates.gram() : rates.largeGram());
                double projection = measured ? 4 * folded * cells / rates.projection() : 0;
                yield new OperatorCost(
                        form,
                        fields + correlations / CORRELATIONS_PER_SECOND,
                        passes * (product + cells * rates.gramCellSeconds()) + projection,
                        LANES);
            }
        };
    }

    private static double reading(double bytes) {
        return bytes / (bytes <= CACHE_BYTES ? CACHED_BYTES_PER_SECOND : BYTES_PER_SECOND);
    }

    /** Returns the time for so many grids one after the other on one core, including the time to make the operator. */
    public double seconds(double grids) {
        return setUpSeconds + Math.max(grids, gridsAtOnce) * gridSeconds;
    }
}
