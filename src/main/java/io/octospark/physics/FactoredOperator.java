package io.octospark.physics;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.arithmetic.FieldProducts;
import io.octospark.arithmetic.FoldedRows;
import io.octospark.arithmetic.plain.FieldLoops;
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
public final class FactoredOperator implements RowOperator, FoldedRows {
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
     * Computes in the arithmetic of this process.
     *
     * @throws IllegalArgumentException if there are more than {@link #MAX_MEASUREMENTS}
     */
    public FactoredOperator(Grid grid, Survey survey) {
        this(grid, survey, Arithmetic.used());
    }

    /** Computes in this arithmetic. */
    FactoredOperator(Grid grid, Survey survey, Arithmetic arithmetic) {
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
        products = arithmetic.routines().fieldProducts(receiverFields, sourceFields, rows.ofAFrequency());
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
    @Override
    public int foldedRows() {
        return rows.rows();
    }

    /** One of the two fields whose product, cell by cell, is a folded row: the receiver's. Not to be changed. */
    @Override
    public ComplexVector receiverField(int foldedRow) {
        return receiverFields[foldedRow / rows.rowsPerFrequency()][rows.receiver(foldedRow)];
    }

    /** The other one, the source's. Not to be changed. */
    @Override
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

    @Override
    public void row(int row, double[] re, double[] im) {
        int folded = rows.row(row);
        FieldLoops.multiply(receiverField(folded), sourceField(folded), new ComplexVector(re, im));
    }
}
