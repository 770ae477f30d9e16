package io.octospark.arithmetic.vector;

import static jdk.incubator.vector.DoubleVector.broadcast;
import static jdk.incubator.vector.DoubleVector.fromArray;

import io.octospark.arithmetic.FieldProducts;
import io.octospark.model.ComplexVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The products for the Vector API. A row of K is the product of a receiver's field G and a source's field P, so with P chi
 * computed once for all receivers, the data of a frequency are one product of matrices, receivers x cells with cells x
 * sources. It is taken in tiles of a receiver with a few sources, whose sums fit the registers, for some cells at a time,
 * whose fields fit the first cache. The adjoint takes the same tiles the other way.
 */
final class VectorFieldProducts implements FieldProducts {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Cells at a time. */
    private static final int BLOCK = 128;

    /** Sources of a tile. */
    private static final int SOURCES = 4;

    /** A receiver with sources; behind the last one of a receiver its first source again, whose sums count for nothing. */
    private record Tile(int receiver, int firstRow, int rows, int s0, int s1, int s2, int s3) {}

    private final ComplexVector[][] receiverFields;
    private final ComplexVector[][] sourceFields;
    private final int rowsPerFrequency;
    private final List<Tile> tiles = new ArrayList<>();

    VectorFieldProducts(ComplexVector[][] receiverFields, ComplexVector[][] sourceFields, Rows rows) {
        this.receiverFields = receiverFields;
        this.sourceFields = sourceFields;
        rowsPerFrequency = rows.count();
        int[] receivers = rows.receivers();
        int[] sources = rows.sources();
        for (int first = 0, end; first < rowsPerFrequency; first = end) {
            end = first + 1;
            while (end < rowsPerFrequency && end - first < SOURCES && receivers[end] == receivers[first]) {
                end++;
            }
            tiles.add(new Tile(
                    receivers[first],
                    first,
                    end - first,
                    sources[first],
                    sources[first + 1 < end ? first + 1 : first],
                    sources[first + 2 < end ? first + 2 : first],
                    sources[first + 3 < end ? first + 3 : first]));
        }
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        int sources = sourceFields[0].length;
        // Real and imaginary parts of P chi of a block, source after source; zero behind the last cell.
        double[] weighted = new double[sources * 2 * BLOCK];
        // For each tile four vectors of real and four of imaginary parts.
        double[] sums = new double[tiles.size() * 2 * SOURCES * LANES];
        for (int f = 0; f < sourceFields.length; f++) {
            Arrays.fill(sums, 0);
            for (int x = 0; x < contrast.length; x += BLOCK) {
                int count = Math.min(BLOCK, contrast.length - x);
                for (int s = 0; s < sources; s++) {
                    ComplexVector field = sourceFields[f][s];
                    weigh(field.re(), contrast, x, count, weighted, 2 * s * BLOCK);
                    weigh(field.im(), contrast, x, count, weighted, (2 * s + 1) * BLOCK);
                }
                for (int t = 0; t < tiles.size(); t++) {
                    Tile tile = tiles.get(t);
                    ComplexVector receiver = receiverFields[f][tile.receiver()];
                    addProducts(receiver.re(), receiver.im(), x, count, weighted, tile, sums, t * 2 * SOURCES * LANES);
                }
            }
            for (int t = 0; t < tiles.size(); t++) {
                Tile tile = tiles.get(t);
                for (int i = 0; i < tile.rows(); i++) {
                    int row = f * rowsPerFrequency + tile.firstRow() + i;
                    int from = (t * 2 * SOURCES + i) * LANES;
                    data.re()[row] = fromArray(SPECIES, sums, from).reduceLanes(VectorOperators.ADD);
                    data.im()[row] =
                            fromArray(SPECIES, sums, from + SOURCES * LANES).reduceLanes(VectorOperators.ADD);
                }
            }
        }
    }

    // A method of its own, so that the compiler finds a plain loop over arrays.
    private static void weigh(double[] field, double[] contrast, int x, int count, double[] weighted, int to) {
        for (int i = 0; i < count; i++) {
            weighted[to + i] = field[x + i] * contrast[x + i];
        }
    }

    /** {@code sums += G (P chi)} of a block of cells, four sources. */
    private static void addProducts(
            double[] re, double[] im, int x, int count, double[] weighted, Tile tile, double[] sums, int to) {
        int w0 = 2 * tile.s0() * BLOCK;
        int w1 = 2 * tile.s1() * BLOCK;
        int w2 = 2 * tile.s2() * BLOCK;
        int w3 = 2 * tile.s3() * BLOCK;
        DoubleVector re0 = fromArray(SPECIES, sums, to);
        DoubleVector re1 = fromArray(SPECIES, sums, to + LANES);
        DoubleVector re2 = fromArray(SPECIES, sums, to + 2 * LANES);
        DoubleVector re3 = fromArray(SPECIES, sums, to + 3 * LANES);
        DoubleVector im0 = fromArray(SPECIES, sums, to + 4 * LANES);
        DoubleVector im1 = fromArray(SPECIES, sums, to + 5 * LANES);
        DoubleVector im2 = fromArray(SPECIES, sums, to + 6 * LANES);
        DoubleVector im3 = fromArray(SPECIES, sums, to + 7 * LANES);
        int i = 0;
        for (; i + LANES <= count; i += LANES) {
            DoubleVector a = fromArray(SPECIES, re, x + i);
            DoubleVector b = fromArray(SPECIES, im, x + i);
            DoubleVector minus = b.neg();
            DoubleVector c = fromArray(SPECIES, weighted, w0 + i);
            DoubleVector d = fromArray(SPECIES, weighted, w0 + BLOCK + i);
            re0 = minus.fma(d, a.fma(c, re0));
            im0 = b.fma(c, a.fma(d, im0));
            c = fromArray(SPECIES, weighted, w1 + i);
            d = fromArray(SPECIES, weighted, w1 + BLOCK + i);
            re1 = minus.fma(d, a.fma(c, re1));
            im1 = b.fma(c, a.fma(d, im1));
            c = fromArray(SPECIES, weighted, w2 + i);
            d = fromArray(SPECIES, weighted, w2 + BLOCK + i);
            re2 = minus.fma(d, a.fma(c, re2));
            im2 = b.fma(c, a.fma(d, im2));
            c = fromArray(SPECIES, weighted, w3 + i);
            d = fromArray(SPECIES, weighted, w3 + BLOCK + i);
            re3 = minus.fma(d, a.fma(c, re3));
            im3 = b.fma(c, a.fma(d, im3));
        }
        re0.intoArray(sums, to);
        re1.intoArray(sums, to + LANES);
        re2.intoArray(sums, to + 2 * LANES);
        re3.intoArray(sums, to + 3 * LANES);
        im0.intoArray(sums, to + 4 * LANES);
        im1.intoArray(sums, to + 5 * LANES);
        im2.intoArray(sums, to + 6 * LANES);
        im3.intoArray(sums, to + 7 * LANES);
        for (; i < count; i++) {
            addProduct(re[x + i], im[x + i], weighted, w0 + i, sums, to);
            addProduct(re[x + i], im[x + i], weighted, w1 + i, sums, to + LANES);
            addProduct(re[x + i], im[x + i], weighted, w2 + i, sums, to + 2 * LANES);
            addProduct(re[x + i], im[x + i], weighted, w3 + i, sums, to + 3 * LANES);
        }
    }

    private static void addProduct(double a, double b, double[] weighted, int from, double[] sums, int to) {
        double c = weighted[from];
        double d = weighted[from + BLOCK];
        sums[to] += a * c - b * d;
        sums[to + SOURCES * LANES] += a * d + b * c;
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        Arrays.fill(gradient, 0);
        // The four rows of a tile: real parts, then imaginary parts.
        double[] data = new double[2 * SOURCES];
        for (int f = 0; f < sourceFields.length; f++) {
            for (int x = 0; x < gradient.length; x += BLOCK) {
                int end = Math.min(x + BLOCK, gradient.length);
                for (Tile tile : tiles) {
                    for (int i = 0; i < SOURCES; i++) {
                        int row = f * rowsPerFrequency + tile.firstRow() + i;
                        data[i] = i < tile.rows() ? residual.re()[row] : 0;
                        data[SOURCES + i] = i < tile.rows() ? residual.im()[row] : 0;
                    }
                    addAdjoint(receiverFields[f][tile.receiver()], sourceFields[f], tile, data, x, end, gradient);
                }
            }
        }
    }

    /** {@code gradient += Re(G sum_s P_s conj(r_s))} of a block of cells, four sources. */
    private static void addAdjoint(
            ComplexVector receiver,
            ComplexVector[] sources,
            Tile tile,
            double[] data,
            int x,
            int end,
            double[] gradient) {
        double[] re = receiver.re();
        double[] im = receiver.im();
        double[] re0 = sources[tile.s0()].re();
        double[] im0 = sources[tile.s0()].im();
        double[] re1 = sources[tile.s1()].re();
        double[] im1 = sources[tile.s1()].im();
        double[] re2 = sources[tile.s2()].re();
        double[] im2 = sources[tile.s2()].im();
        double[] re3 = sources[tile.s3()].re();
        double[] im3 = sources[tile.s3()].im();
        DoubleVector a0 = broadcast(SPECIES, data[0]);
        DoubleVector a1 = broadcast(SPECIES, data[1]);
        DoubleVector a2 = broadcast(SPECIES, data[2]);
        DoubleVector a3 = broadcast(SPECIES, data[3]);
        DoubleVector b0 = broadcast(SPECIES, data[4]);
        DoubleVector b1 = broadcast(SPECIES, data[5]);
        DoubleVector b2 = broadcast(SPECIES, data[6]);
        DoubleVector b3 = broadcast(SPECIES, data[7]);
        int i = x;
        for (; i + LANES <= end; i += LANES) {
            // P conj(r): real parts a c + b d, and the negative of the imaginary ones, b c - a d.
            DoubleVector c = fromArray(SPECIES, re0, i);
            DoubleVector d = fromArray(SPECIES, im0, i);
            DoubleVector sumRe = a0.mul(c);
            DoubleVector otherRe = b0.mul(d);
            DoubleVector sumIm = b0.mul(c);
            DoubleVector otherIm = a0.mul(d);
            c = fromArray(SPECIES, re1, i);
            d = fromArray(SPECIES, im1, i);
            sumRe = a1.fma(c, sumRe);
            otherRe = b1.fma(d, otherRe);
            sumIm = b1.fma(c, sumIm);
            otherIm = a1.fma(d, otherIm);
            c = fromArray(SPECIES, re2, i);
            d = fromArray(SPECIES, im2, i);
            sumRe = a2.fma(c, sumRe);
            otherRe = b2.fma(d, otherRe);
            sumIm = b2.fma(c, sumIm);
            otherIm = a2.fma(d, otherIm);
            c = fromArray(SPECIES, re3, i);
            d = fromArray(SPECIES, im3, i);
            sumRe = a3.fma(c, sumRe).add(b3.fma(d, otherRe));
            sumIm = b3.fma(c, sumIm).sub(a3.fma(d, otherIm));
            DoubleVector sum = fromArray(SPECIES, gradient, i);
            sum = fromArray(SPECIES, re, i).fma(sumRe, sum);
            sum = fromArray(SPECIES, im, i).fma(sumIm, sum);
            sum.intoArray(gradient, i);
        }
        for (; i < end; i++) {
            double sumRe = data[0] * re0[i]
                    + data[4] * im0[i]
                    + data[1] * re1[i]
                    + data[5] * im1[i]
                    + data[2] * re2[i]
                    + data[6] * im2[i]
                    + data[3] * re3[i]
                    + data[7] * im3[i];
            double sumIm = data[4] * re0[i]
                    - data[0] * im0[i]
                    + data[5] * re1[i]
                    - data[1] * im1[i]
                    + data[6] * re2[i]
                    - data[2] * im2[i]
                    + data[7] * re3[i]
                    - data[3] * im3[i];
            gradient[i] += re[i] * sumRe + im[i] * sumIm;
        }
    }
}
