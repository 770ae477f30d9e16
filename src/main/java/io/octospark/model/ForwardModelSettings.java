package io.octospark.model;

import java.io.Serializable;

/** The forward model that computes the total fields, with its parameters. */
public sealed interface ForwardModelSettings extends Serializable {

    /** Single scattering: the total field is the incident field for any contrast. */
    record Born() implements ForwardModelSettings {}

    /**
     * The integral (Lippmann-Schwinger) equation over the grid's cells.
     *
     * @param solver method for the equation
     * @param maxPasses largest number of passes of the solver, each with one or two convolutions with the Green's
     *     function; at least 1
     * @param tolerance tolerance as {@link Solver} defines it; at least 0, above 0 for GMRES
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

    /** The methods for the integral equation. */
    enum Solver {
        /**
         * The Neumann series: multiple scattering order by order. It ends when the contrast sources change by less than
         * the tolerance, relative to their norm, or without an error after the last pass. It diverges for strong
         * scattering.
         */
        NEUMANN_SERIES,
        /**
         * The orders of scattering with factors that fit the equation best (the ancestors' {@code calcAlpha}). It ends
         * like the Neumann series.
         */
        FITTED_SERIES,
        /**
         * Generalised minimal residuals. It ends when the residual is below the tolerance times the norm of the
         * incident field. It fails if the last pass does not reach that.
         */
        GMRES
    }

    /**
     * Finite differences on nodes; the outermost nodes lie on the rectangle's edges.
     *
     * <p>If both widths are 0, first-order absorbing boundaries replace the layers. If only one width is 0, the
     * pressure beyond the ends of that axis is 0: two free surfaces.
     *
     * @param pmlWidthX width of the perfectly matched layers left and right, in wavelengths of the background; 0 to
     *     {@value #MAX_WIDTH}
     * @param pmlWidthZ width of the layers above and below, in the same unit and range
     * @param sourceHalfWidth half the width, in nodes, of the Kaiser-windowed sinc that represents a source; 0 for a
     *     point source at the nearest node; at most {@value #MAX_WIDTH}
     * @param kaiserBeta shape of the Kaiser window, 0 to {@value #MAX_BETA}
     */
    record FiniteDifference(double pmlWidthX, double pmlWidthZ, int sourceHalfWidth, double kaiserBeta)
            implements ForwardModelSettings {
        /**
         * Largest layer width, in wavelengths, and largest half width of a source, in nodes; both far above useful
         * values.
         */
        public static final int MAX_WIDTH = 100;

        /** Largest shape of the Kaiser window. Larger values make the window uselessly narrow and finally overflow. */
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
