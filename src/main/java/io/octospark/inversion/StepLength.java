package io.octospark.inversion;

/**
 * The step along a search direction that minimises the regularised cost
 * {@code (a0 + a1 s + a2 s^2) (b0 + b1 s + b2 s^2)}: data misfit times regularisation factor, each a parabola in the step
 * s. Its derivative is a cubic, solved by Cardano's formula.
 */
public final class StepLength {
    private StepLength() {}

    /**
     * The minimising step. Of three real roots of the cubic the one with the least cost; where leading coefficients
     * vanish, the root of the polynomial of lower degree; NaN if the cost does not depend on the step at all.
     */
    public static double minimising(double a0, double a1, double a2, double b0, double b1, double b2) {
        double[] roots =
                roots(4 * a2 * b2, 3 * (a2 * b1 + a1 * b2), 2 * (a2 * b0 + a1 * b1 + a0 * b2), a1 * b0 + a0 * b1);
        double best = Double.NaN;
        double least = Double.POSITIVE_INFINITY;
        for (double s : roots) {
            double cost = (a0 + (a1 + a2 * s) * s) * (b0 + (b1 + b2 * s) * s);
            if (cost < least) {
                least = cost;
                best = s;
            }
        }
        return best;
    }

    /** Real roots of {@code a s^3 + b s^2 + c s + d}. */
    private static double[] roots(double a, double b, double c, double d) {
        if (a == 0) {
            return quadraticRoots(b, c, d);
        }
        // In units of the largest root: sixth powers of tiny or huge steps would not be numbers any more.
        double unit = Math.max(Math.abs(b / a), Math.max(Math.sqrt(Math.abs(c / a)), Math.cbrt(Math.abs(d / a))));
        if (unit == 0) {
            return new double[] {0};
        }
        double p = b / a / unit;
        double q = c / a / unit / unit;
        // Depressed cubic t^3 + f t + g with s = (t - p / 3) units.
        double f = q - p * p / 3;
        double g = 2 * p * p * p / 27 - p * q / 3 + d / a / unit / unit / unit;
        double h = g * g / 4 + f * f * f / 27;
        double shift = -p / 3;
        if (h >= 0) {
            // The larger of Cardano's two terms; the smaller one, -f / 3 by it, would lose digits as a difference.
            double u = Math.cbrt(-g / 2 - Math.copySign(Math.sqrt(h), g));
            double t = u == 0 ? 0 : u - f / (3 * u);
            return new double[] {unit * (t + shift)};
        }
        // Three real roots: Viete's trigonometric form, f < 0 here.
        double radius = 2 * Math.sqrt(-f / 3);
        double angle = Math.acos(Math.max(-1, Math.min(1, 3 * g / (f * radius)))) / 3;
        double third = 2 * Math.PI / 3;
        return new double[] {
            unit * (radius * Math.cos(angle) + shift),
            unit * (radius * Math.cos(angle - third) + shift),
            unit * (radius * Math.cos(angle - 2 * third) + shift)
        };
    }

    private static double[] quadraticRoots(double a, double b, double c) {
        if (a == 0) {
            return b == 0 ? new double[0] : new double[] {-c / b};
        }
        double discriminant = b * b - 4 * a * c;
        if (discriminant < 0) {
            return new double[0];
        }
        double q = -(b + Math.copySign(Math.sqrt(discriminant), b)) / 2;
        return q == 0 ? new double[] {0} : new double[] {q / a, c / q};
    }
}
