package io.octospark.arithmetic.plain;

/**
 * The difference over three cells that, divided by 2h, is the derivative along an axis at cell i: central inside the axis,
 * one-sided of second order at its ends. To be computed as
 *
 * <pre>a u[i + aOffset] + (b u[i + bOffset] + c u[i + cOffset])</pre>
 *
 * with every product and the last sum rounded, so that a flat field has a derivative of 0 to the last bit.
 */
final class Difference {
    final double a;
    final double b;
    final double c;
    final int aOffset;
    final int bOffset;
    final int cOffset;

    private Difference(double a, double b, double c, int aOffset, int stride) {
        this.a = a;
        this.b = b;
        this.c = c;
        this.aOffset = aOffset;
        bOffset = aOffset + stride;
        cOffset = aOffset + 2 * stride;
    }

    /**
     * The differences at all cells of an axis.
     *
     * @param n cells, at least 3
     * @param stride from one cell to the next
     */
    static Difference[] axis(int n, int stride) {
        Difference[] differences = new Difference[n];
        differences[0] = new Difference(-3, 4, -1, 0, stride);
        differences[n - 1] = new Difference(3, -4, 1, 0, -stride);
        Difference central = new Difference(-1, 0, 1, -stride, stride);
        for (int i = 1; i < n - 1; i++) {
            differences[i] = central;
        }
        return differences;
    }
}
