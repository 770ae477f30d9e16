package io.octospark.inversion;

/** Arithmetic on fields, one number per cell. */
final class FieldArithmetic {
    private FieldArithmetic() {}

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int x = 0; x < a.length; x++) {
            sum += a[x] * b[x];
        }
        return sum;
    }

    static void scale(double[] a, double factor) {
        for (int x = 0; x < a.length; x++) {
            a[x] *= factor;
        }
    }

    /** {@code a += factor b}. */
    static void addScaled(double[] a, double factor, double[] b) {
        for (int x = 0; x < a.length; x++) {
            a[x] += factor * b[x];
        }
    }
}
