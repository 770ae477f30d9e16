package io.octospark.arithmetic.vector;

import io.octospark.arithmetic.FoldedRows;
import io.octospark.arithmetic.RowProjection;
import io.octospark.model.ComplexVector;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The projection for the Vector API: real and imaginary parts of some rows of K with cells in lanes, and the folded data of
 * the grids in panels.
 */
final class VectorProjection implements RowProjection {
    private static final VectorSpecies<Double> SPECIES = VectorPanel.SPECIES;
    private static final int LANES = VectorPanel.LANES;
    private static final int PANEL = VectorPanel.ROWS;

    /** Folded rows that are taken at once: with a panel of data, two vectors of each stay in the first cache. */
    private static final int ROWS = 64;

    private final FoldedRows operator;
    private final int cells;

    /** Pairs of vectors that the cells of a grid take. */
    private final int pairs;

    /** The fields whose products are the rows. */
    private final ComplexVector[] receiverFields = new ComplexVector[ROWS];

    private final ComplexVector[] sourceFields = new ComplexVector[ROWS];

    /** Two vectors of cells: {@code rows[(vector * 2 ROWS + y) * LANES + lane]}, zero behind the last cell. */
    private final double[] rows = new double[2 * 2 * ROWS * LANES];

    /** The grids of each panel, {@code data[y * PANEL + i]}; zero where there is no grid. */
    private final double[][] data;

    /** {@code sums[(vector * paddedGrids + grid) * LANES + lane]} of all vectors of cells. */
    private final double[] sums;

    /** Grids of all panels. */
    private final int paddedGrids;

    VectorProjection(FoldedRows operator, int grids) {
        this.operator = operator;
        cells = operator.cells();
        pairs = (cells + 2 * LANES - 1) / (2 * LANES);
        data = new double[(grids + PANEL - 1) / PANEL][2 * ROWS * PANEL];
        paddedGrids = data.length * PANEL;
        sums = new double[2 * pairs * paddedGrids * LANES];
    }

    @Override
    public double[][] project(double[][] folded, int grids) {
        int panels = (grids + PANEL - 1) / PANEL;
        Arrays.fill(sums, 0);
        for (double[] panel : data) {
            Arrays.fill(panel, 0);
        }
        for (int first = 0; first < operator.foldedRows(); first += ROWS) {
            int count = Math.min(ROWS, operator.foldedRows() - first);
            for (int i = 0; i < count; i++) {
                receiverFields[i] = operator.receiverField(first + i);
                sourceFields[i] = operator.sourceField(first + i);
            }
            for (int grid = 0; grid < grids; grid++) {
                copy(folded[grid], 2 * first, 2 * count, data[grid / PANEL], grid % PANEL);
            }
            for (int pair = 0; pair < pairs; pair++) {
                setRows(count, pair);
                for (int panel = 0; panel < panels; panel++) {
                    int left = (2 * pair * paddedGrids + panel * PANEL) * LANES;
                    int right = left + paddedGrids * LANES;
                    VectorPanel.multiply(data[panel], 0, 2 * count, rows, 0, 2 * ROWS * LANES, sums, left, right);
                }
            }
        }
        double[][] results = new double[grids][cells];
        for (int grid = 0; grid < grids; grid++) {
            for (int x = 0; x < cells; x++) {
                results[grid][x] = sums[(x / LANES * paddedGrids + grid) * LANES + x % LANES];
            }
        }
        return results;
    }

    private static void copy(double[] numbers, int first, int count, double[] panel, int place) {
        for (int y = 0; y < count; y++) {
            panel[y * PANEL + place] = numbers[first + y];
        }
    }

    /** Makes two vectors of cells of the rows. */
    private void setRows(int count, int pair) {
        for (int i = 0; i < count; i++) {
            ComplexVector receiver = receiverFields[i];
            ComplexVector source = sourceFields[i];
            for (int vector = 0; vector < 2; vector++) {
                int x = (2 * pair + vector) * LANES;
                int to = (vector * 2 * ROWS + 2 * i) * LANES;
                if (x + LANES <= cells) {
                    multiply(receiver.re(), receiver.im(), source.re(), source.im(), x, to);
                } else {
                    multiplyRest(receiver.re(), receiver.im(), source.re(), source.im(), x, to);
                }
            }
        }
    }

    private void multiply(double[] a, double[] b, double[] c, double[] d, int x, int to) {
        DoubleVector va = DoubleVector.fromArray(SPECIES, a, x);
        DoubleVector vb = DoubleVector.fromArray(SPECIES, b, x);
        DoubleVector vc = DoubleVector.fromArray(SPECIES, c, x);
        DoubleVector vd = DoubleVector.fromArray(SPECIES, d, x);
        va.mul(vc).sub(vb.mul(vd)).intoArray(rows, to);
        va.mul(vd).add(vb.mul(vc)).intoArray(rows, to + LANES);
    }

    /** The last cells, fewer than a vector has. */
    private void multiplyRest(double[] a, double[] b, double[] c, double[] d, int first, int to) {
        for (int lane = 0; lane < LANES; lane++) {
            int x = first + lane;
            rows[to + lane] = x < cells ? a[x] * c[x] - b[x] * d[x] : 0;
            rows[to + LANES + lane] = x < cells ? a[x] * d[x] + b[x] * c[x] : 0;
        }
    }

    // Four sums side by side: one alone would wait for itself.
    @Override
    public double normSquared(double[] values) {
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        int i = 0;
        for (; i + 4 * LANES <= values.length; i += 4 * LANES) {
            DoubleVector v0 = DoubleVector.fromArray(SPECIES, values, i);
            DoubleVector v1 = DoubleVector.fromArray(SPECIES, values, i + LANES);
            DoubleVector v2 = DoubleVector.fromArray(SPECIES, values, i + 2 * LANES);
            DoubleVector v3 = DoubleVector.fromArray(SPECIES, values, i + 3 * LANES);
            s0 = v0.fma(v0, s0);
            s1 = v1.fma(v1, s1);
            s2 = v2.fma(v2, s2);
            s3 = v3.fma(v3, s3);
        }
        double rest = 0;
        for (; i < values.length; i++) {
            rest += values[i] * values[i];
        }
        return s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD) + rest;
    }
}
