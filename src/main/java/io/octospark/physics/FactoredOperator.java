package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;

/**
 * The {@linkplain BornOperator Born operator} as the fields of receivers and sources, of which its rows are products. The
 * matrix is never built: memory is that of {@code frequencies (receivers + sources) cells} complex numbers in place of
 * {@code frequencies receivers sources cells}, and half of it where sources and receivers are the same points.
 *
 * <p>Rows that are equal by reciprocity, see {@link Folding}, count as one, <em>folded</em>: a product is computed once,
 * and the adjoint is of the sum of their data. A folded row has an index from 0 to {@link #foldedRows} - 1, frequency after
 * frequency.
 *
 * <p>An instance never changes once made and may be shared by any number of threads.
 */
public final class FactoredOperator implements LinearOperator {
    /** Most measurements: an array must hold real and imaginary parts. */
    public static final long MAX_MEASUREMENTS = MatrixOperator.MAX_ENTRIES / 2;

    private final int measurements;
    private final int cells;
    private final EqualRows rows;

    /** By frequency and point. A row is the product of two of them. */
    private final ComplexVector[][] receiverFields;

    private final ComplexVector[][] sourceFields;

    private final FieldProducts products;

    /**
     * With the faster of the two ways to compute that this JVM can use, which is logged.
     *
     * @throws IllegalArgumentException if there are more than {@link #MAX_MEASUREMENTS}
     */
    public FactoredOperator(Grid grid, Survey survey) {
        this(grid, survey, DetectedVectors.USED);
    }

    /** @param vectors whether to use the vector module, which must be there then */
    FactoredOperator(Grid grid, Survey survey, boolean vectors) {
        if (survey.measurements() > MAX_MEASUREMENTS) {
            throw new IllegalArgumentException(
                    survey.measurements() + " measurements are over the limit of " + MAX_MEASUREMENTS);
        }
        measurements = (int) survey.measurements();
        cells = grid.cells();
        rows = new EqualRows(survey);
        int frequencies = survey.frequenciesHz().size();
        receiverFields = new ComplexVector[frequencies][];
        sourceFields = new ComplexVector[frequencies][];
        for (int f = 0; f < frequencies; f++) {
            double k = survey.wavenumber(f);
            // V g g' / k^2 in equal parts, so that a receiver's field is that of a source in its place.
            double scale = Math.sqrt(grid.cellVolume()) / k;
            receiverFields[f] = GreensFunction.fields(grid, survey.receivers(), k, scale);
            sourceFields[f] = survey.sources().equals(survey.receivers())
                    ? receiverFields[f]
                    : GreensFunction.fields(grid, survey.sources(), k, scale);
        }
        products = vectors
                ? FieldProducts.vector(receiverFields, sourceFields, rows.ofAFrequency())
                : new PlainFieldProducts(receiverFields, sourceFields, rows.ofAFrequency());
    }

    /** Bytes that an operator takes. */
    public static long bytes(Grid grid, Survey survey) {
        long points = survey.receivers().size()
                + (survey.sources().equals(survey.receivers())
                        ? 0L
                        : survey.sources().size());
        return 2L * Double.BYTES * survey.frequenciesHz().size() * points * grid.cells();
    }

    @Override
    public int rows() {
        return measurements;
    }

    @Override
    public int cells() {
        return cells;
    }

    /** Rows that differ, of all frequencies. */
    public int foldedRows() {
        return rows.rows();
    }

    /** One of the two fields whose product, cell by cell, is a folded row: the receiver's. Not to be changed. */
    public ComplexVector receiverField(int foldedRow) {
        return receiverFields[foldedRow / rows.rowsPerFrequency()][rows.receiver(foldedRow)];
    }

    /** The other one, the source's. Not to be changed. */
    public ComplexVector sourceField(int foldedRow) {
        return sourceFields[foldedRow / rows.rowsPerFrequency()][rows.source(foldedRow)];
    }

    /**
     * Adds up the data of rows that are equal.
     *
     * @param pressure real and imaginary part of every row in turn
     * @param folded takes real and imaginary part of every folded row in turn
     */
    public void fold(double[] pressure, double[] folded) {
        rows.sum(pressure, folded);
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        ComplexVector folded = ComplexVector.zeros(foldedRows());
        products.forward(contrast, folded);
        for (int i = 0; i < measurements; i++) {
            data.re()[i] = folded.re()[rows.row(i)];
            data.im()[i] = folded.im()[rows.row(i)];
        }
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        ComplexVector folded = ComplexVector.zeros(foldedRows());
        for (int i = 0; i < measurements; i++) {
            folded.re()[rows.row(i)] += residual.re()[i];
            folded.im()[rows.row(i)] += residual.im()[i];
        }
        products.adjoint(folded, gradient);
    }

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
    public static void addScaled(double a, double[] x, double b, double[] y, double[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a * x[i] + b * y[i];
        }
    }

    /** The product of two vectors, in four sums side by side: one alone would wait for itself. */
    public static double dot(double[] a, double[] b) {
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
