package io.octospark.model;

import java.io.Serializable;

/** Which forward model computes the total fields, and its parameters. */
public sealed interface ForwardModelSettings extends Serializable {

    /** Single scattering: the total field is the incident field for any contrast. */
    record Born() implements ForwardModelSettings {}

    /**
     * The integral (Lippmann-Schwinger) equation over the grid's cells.
     *
     * @param solver how it is solved
     * @param maxPasses most passes of the solver, each with one or two convolutions with the Green's function; at least 1
     * @param tolerance of {@link Solver}; at least 0, over 0 for GMRES
     */
    record Integral(Solver solver, int maxPasses, double tolerance) implements ForwardModelSettings {
        public Integral {
            if (maxPasses < 1) {
                throw new IllegalArgumentException("a solver needs at least 1 pass, got " + maxPasses);
            }
            boolean valid = solver == Solver.GMRES ? tolerance > 0 : tolerance >= 0;
            if (!(valid && tolerance < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("not a tolerance for " + solver + ": " + tolerance);
            }
        }
    }

    /** How the integral equation is solved. */
    enum Solver {
        /**
         * The Neumann series, multiple scattering order by order. Ends when the contrast sources change by less than the
         * tolerance, relative to their norm, or silently after the passes given. Diverges where scattering is strong.
         */
        NEUMANN_SERIES,
        /**
         * The orders of scattering with factors that fit the equation best (the ancestors' {@code calcAlpha}). Ends as the
         * Neumann series does.
         */
        FITTED_SERIES,
        /**
         * Generalised minimal residuals. Ends when the residual is below the tolerance times the norm of the incident
         * field; not to come that far within the passes given is a failure.
         */
        GMRES
    }

    /**
     * Finite differences on nodes of which the outermost lie on the rectangle's edges.
     *
     * <p>If both widths are 0 there are absorbing boundaries of first order instead of layers. If one of them is, the
     * pressure is 0 beyond the ends of that axis: two free surfaces.
     *
     * @param pmlWidthX width of the perfectly matched layers left and right, in wavelengths of the background; 0 to {@value
     *     #MAX_WIDTH}
     * @param pmlWidthZ width of those above and below, likewise
     * @param sourceHalfWidth half the width, in nodes, of the Kaiser-windowed sinc that stands for a source; 0 for a point
     *     source at the nearest node; at most {@value #MAX_WIDTH}
     * @param kaiserBeta shape of the Kaiser window, 0 to {@value #MAX_BETA}
     */
    record FiniteDifference(double pmlWidthX, double pmlWidthZ, int sourceHalfWidth, double kaiserBeta)
            implements ForwardModelSettings {
        /** Widest layer, in wavelengths, and most nodes to either side of a source: far more than help. */
        public static final int MAX_WIDTH = 100;

        /** Larger ones leave a window narrower than any use, and overflow in the end. */
        public static final int MAX_BETA = 100;

        public FiniteDifference {
            requireWithin("width of the layers left and right", pmlWidthX, MAX_WIDTH);
            requireWithin("width of the layers above and below", pmlWidthZ, MAX_WIDTH);
            requireWithin("half-width of the source", sourceHalfWidth, MAX_WIDTH);
            requireWithin("beta of the Kaiser window", kaiserBeta, MAX_BETA);
        }

        private static void requireWithin(String what, Number value, int most) {
            if (!(value.doubleValue() >= 0 && value.doubleValue() <= most)) {
                throw new IllegalArgumentException(what + ": must be from 0 to " + most + ", got " + value);
            }
        }
    }
}
