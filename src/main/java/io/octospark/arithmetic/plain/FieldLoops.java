package io.octospark.arithmetic.plain;

import io.octospark.model.ComplexVector;

/** Loops over the numbers of one or more fields. */
public final class FieldLoops {
    private FieldLoops() {}

    /** {@code product = a b}, number by number. */
    public static void multiply(ComplexVector a, ComplexVector b, ComplexVector product) {
        multiply(a.re(), a.im(), b.re(), b.im(), product.re(), product.im());
    }

    // Methods of their own, so that the compiler finds plain loops over arrays, which it vectorises.
    private static void multiply(double[] a, double[] b, double[] c, double[] d, double[] re, double[] im) {
        for (int x = 0; x < a.length; x++) {
            re[x] = a[x] * c[x] - b[x] * d[x];
            im[x] = a[x] * d[x] + b[x] * c[x];
        }
    }

    /** {@code sum += a x + b y}. */
    static void addScaled(double a, double[] x, double b, double[] y, double[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a * x[i] + b * y[i];
        }
    }

    /** {@code sum += a x + b y + (c z + d w)}. */
    static void add(
            double[] sum, double a, double[] x, double b, double[] y, double c, double[] z, double d, double[] w) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a * x[i] + b * y[i] + (c * z[i] + d * w[i]);
        }
    }

    /** The product of two vectors, in four sums side by side: one alone would wait for itself. */
    static double dot(double[] a, double[] b) {
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int x = 0;
        for (; x + 3 < a.length; x += 4) {
            sum0 += a[x] * b[x];
            sum1 += a[x + 1] * b[x + 1];
            sum2 += a[x + 2] * b[x + 2];
            sum3 += a[x + 3] * b[x + 3];
        }
        for (; x < a.length; x++) {
            sum0 += a[x] * b[x];
        }
        return sum0 + sum1 + (sum2 + sum3);
    }
}
