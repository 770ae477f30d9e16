package io.octospark.arithmetic.vector;

import static jdk.incubator.vector.DoubleVector.fromArray;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product that all the time goes into: some rows of a matrix, as many as their sums fit the registers, with two vectors
 * of lanes at once. A panel has the entries of its rows column after column.
 */
final class VectorPanel {
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    /** Two columns of vectors for each row leave room among 32 registers, or among 16. */
    static final int ROWS = LANES >= 8 ? 10 : 6;

    private VectorPanel() {}

    /**
     * Adds the product of a panel with a part of two groups of lanes to the images of both.
     *
     * @param start first column
     * @param end behind the last column
     * @param direction groups, each with a vector for each column
     * @param left start of one group in {@code direction}
     * @param right start of the other
     * @param imageLeft start of the panel's rows in {@code image}, a vector for each
     * @param imageRight the same of the other group
     */
    static void multiply(
            double[] panel,
            int start,
            int end,
            double[] direction,
            int left,
            int right,
            double[] image,
            int imageLeft,
            int imageRight) {
        if (ROWS == 10) {
            multiply10(panel, start, end, direction, left, right, image, imageLeft, imageRight);
        } else {
            multiply6(panel, start, end, direction, left, right, image, imageLeft, imageRight);
        }
    }

    /** Ten rows of two groups: 20 sums in registers. */
    private static void multiply10(
            double[] panel,
            int start,
            int end,
            double[] direction,
            int left,
            int right,
            double[] image,
            int imageLeft,
            int imageRight) {
        DoubleVector l0 = fromArray(SPECIES, image, imageLeft);
        DoubleVector r0 = fromArray(SPECIES, image, imageRight);
        DoubleVector l1 = fromArray(SPECIES, image, imageLeft + 1 * LANES);
        DoubleVector r1 = fromArray(SPECIES, image, imageRight + 1 * LANES);
        DoubleVector l2 = fromArray(SPECIES, image, imageLeft + 2 * LANES);
        DoubleVector r2 = fromArray(SPECIES, image, imageRight + 2 * LANES);
        DoubleVector l3 = fromArray(SPECIES, image, imageLeft + 3 * LANES);
        DoubleVector r3 = fromArray(SPECIES, image, imageRight + 3 * LANES);
        DoubleVector l4 = fromArray(SPECIES, image, imageLeft + 4 * LANES);
        DoubleVector r4 = fromArray(SPECIES, image, imageRight + 4 * LANES);
        DoubleVector l5 = fromArray(SPECIES, image, imageLeft + 5 * LANES);
        DoubleVector r5 = fromArray(SPECIES, image, imageRight + 5 * LANES);
        DoubleVector l6 = fromArray(SPECIES, image, imageLeft + 6 * LANES);
        DoubleVector r6 = fromArray(SPECIES, image, imageRight + 6 * LANES);
        DoubleVector l7 = fromArray(SPECIES, image, imageLeft + 7 * LANES);
        DoubleVector r7 = fromArray(SPECIES, image, imageRight + 7 * LANES);
        DoubleVector l8 = fromArray(SPECIES, image, imageLeft + 8 * LANES);
        DoubleVector r8 = fromArray(SPECIES, image, imageRight + 8 * LANES);
        DoubleVector l9 = fromArray(SPECIES, image, imageLeft + 9 * LANES);
        DoubleVector r9 = fromArray(SPECIES, image, imageRight + 9 * LANES);
        for (int y = start; y < end; y++) {
            DoubleVector zl = fromArray(SPECIES, direction, left + y * LANES);
            DoubleVector zr = fromArray(SPECIES, direction, right + y * LANES);
            DoubleVector m0 = DoubleVector.broadcast(SPECIES, panel[y * 10]);
            l0 = m0.fma(zl, l0);
            r0 = m0.fma(zr, r0);
            DoubleVector m1 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 1]);
            l1 = m1.fma(zl, l1);
            r1 = m1.fma(zr, r1);
            DoubleVector m2 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 2]);
            l2 = m2.fma(zl, l2);
            r2 = m2.fma(zr, r2);
            DoubleVector m3 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 3]);
            l3 = m3.fma(zl, l3);
            r3 = m3.fma(zr, r3);
            DoubleVector m4 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 4]);
            l4 = m4.fma(zl, l4);
            r4 = m4.fma(zr, r4);
            DoubleVector m5 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 5]);
            l5 = m5.fma(zl, l5);
            r5 = m5.fma(zr, r5);
            DoubleVector m6 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 6]);
            l6 = m6.fma(zl, l6);
            r6 = m6.fma(zr, r6);
            DoubleVector m7 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 7]);
            l7 = m7.fma(zl, l7);
            r7 = m7.fma(zr, r7);
            DoubleVector m8 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 8]);
            l8 = m8.fma(zl, l8);
            r8 = m8.fma(zr, r8);
            DoubleVector m9 = DoubleVector.broadcast(SPECIES, panel[y * 10 + 9]);
            l9 = m9.fma(zl, l9);
            r9 = m9.fma(zr, r9);
        }
        l0.intoArray(image, imageLeft);
        r0.intoArray(image, imageRight);
        l1.intoArray(image, imageLeft + 1 * LANES);
        r1.intoArray(image, imageRight + 1 * LANES);
        l2.intoArray(image, imageLeft + 2 * LANES);
        r2.intoArray(image, imageRight + 2 * LANES);
        l3.intoArray(image, imageLeft + 3 * LANES);
        r3.intoArray(image, imageRight + 3 * LANES);
        l4.intoArray(image, imageLeft + 4 * LANES);
        r4.intoArray(image, imageRight + 4 * LANES);
        l5.intoArray(image, imageLeft + 5 * LANES);
        r5.intoArray(image, imageRight + 5 * LANES);
        l6.intoArray(image, imageLeft + 6 * LANES);
        r6.intoArray(image, imageRight + 6 * LANES);
        l7.intoArray(image, imageLeft + 7 * LANES);
        r7.intoArray(image, imageRight + 7 * LANES);
        l8.intoArray(image, imageLeft + 8 * LANES);
        r8.intoArray(image, imageRight + 8 * LANES);
        l9.intoArray(image, imageLeft + 9 * LANES);
        r9.intoArray(image, imageRight + 9 * LANES);
    }

    /** Six rows of two groups: 12 sums in registers. */
    private static void multiply6(
            double[] panel,
            int start,
            int end,
            double[] direction,
            int left,
            int right,
            double[] image,
            int imageLeft,
            int imageRight) {
        DoubleVector l0 = fromArray(SPECIES, image, imageLeft);
        DoubleVector r0 = fromArray(SPECIES, image, imageRight);
        DoubleVector l1 = fromArray(SPECIES, image, imageLeft + 1 * LANES);
        DoubleVector r1 = fromArray(SPECIES, image, imageRight + 1 * LANES);
        DoubleVector l2 = fromArray(SPECIES, image, imageLeft + 2 * LANES);
        DoubleVector r2 = fromArray(SPECIES, image, imageRight + 2 * LANES);
        DoubleVector l3 = fromArray(SPECIES, image, imageLeft + 3 * LANES);
        DoubleVector r3 = fromArray(SPECIES, image, imageRight + 3 * LANES);
        DoubleVector l4 = fromArray(SPECIES, image, imageLeft + 4 * LANES);
        DoubleVector r4 = fromArray(SPECIES, image, imageRight + 4 * LANES);
        DoubleVector l5 = fromArray(SPECIES, image, imageLeft + 5 * LANES);
        DoubleVector r5 = fromArray(SPECIES, image, imageRight + 5 * LANES);
        for (int y = start; y < end; y++) {
            DoubleVector zl = fromArray(SPECIES, direction, left + y * LANES);
            DoubleVector zr = fromArray(SPECIES, direction, right + y * LANES);
            DoubleVector m0 = DoubleVector.broadcast(SPECIES, panel[y * 6]);
            l0 = m0.fma(zl, l0);
            r0 = m0.fma(zr, r0);
            DoubleVector m1 = DoubleVector.broadcast(SPECIES, panel[y * 6 + 1]);
            l1 = m1.fma(zl, l1);
            r1 = m1.fma(zr, r1);
            DoubleVector m2 = DoubleVector.broadcast(SPECIES, panel[y * 6 + 2]);
            l2 = m2.fma(zl, l2);
            r2 = m2.fma(zr, r2);
            DoubleVector m3 = DoubleVector.broadcast(SPECIES, panel[y * 6 + 3]);
            l3 = m3.fma(zl, l3);
            r3 = m3.fma(zr, r3);
            DoubleVector m4 = DoubleVector.broadcast(SPECIES, panel[y * 6 + 4]);
            l4 = m4.fma(zl, l4);
            r4 = m4.fma(zr, r4);
            DoubleVector m5 = DoubleVector.broadcast(SPECIES, panel[y * 6 + 5]);
            l5 = m5.fma(zl, l5);
            r5 = m5.fma(zr, r5);
        }
        l0.intoArray(image, imageLeft);
        r0.intoArray(image, imageRight);
        l1.intoArray(image, imageLeft + 1 * LANES);
        r1.intoArray(image, imageRight + 1 * LANES);
        l2.intoArray(image, imageLeft + 2 * LANES);
        r2.intoArray(image, imageRight + 2 * LANES);
        l3.intoArray(image, imageLeft + 3 * LANES);
        r3.intoArray(image, imageRight + 3 * LANES);
        l4.intoArray(image, imageLeft + 4 * LANES);
        r4.intoArray(image, imageRight + 4 * LANES);
        l5.intoArray(image, imageLeft + 5 * LANES);
        r5.intoArray(image, imageRight + 5 * LANES);
    }
}
