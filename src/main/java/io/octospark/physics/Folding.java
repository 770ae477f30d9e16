package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;

/**
 * The {@linkplain BornOperator Born operator} with rows that are equal by reciprocity folded into one. Where sources and
 * receivers have the same places (r, s) and (s, r) are one row, times sqrt 2, with data (d_rs + d_sr) / sqrt 2; the
 * constant gets |d_rs - d_sr|^2 / 2. Rows with r = s stay.
 */
public final class Folding implements Reduction {
    private final EqualRows rows;
    private final MatrixOperator operator;

    /**
     * @throws IllegalArgumentException if the matrix would have more than {@link MatrixOperator#MAX_ENTRIES} entries
     */
    public Folding(Grid grid, Survey survey) {
        rows = new EqualRows(survey);
        int cells = grid.cells();
        double[] re = MatrixOperator.entries(rows.rows(), cells);
        double[] im = MatrixOperator.entries(rows.rows(), cells);
        rows.forEach(grid, new EqualRows.RowConsumer() {
            private int start;

            @Override
            public void accept(double[] rowRe, double[] rowIm) {
                System.arraycopy(rowRe, 0, re, start, cells);
                System.arraycopy(rowIm, 0, im, start, cells);
                start += cells;
            }
        });
        operator = new MatrixOperator(rows.rows(), cells, re, im);
    }

    /** Rows that a survey's measurements are folded into, without computing them. */
    public static long rows(Survey survey) {
        return EqualRows.count(survey);
    }

    @Override
    public MatrixOperator operator() {
        return operator;
    }

    @Override
    public ReducedData reduce(ComplexVector data) {
        return rows.reduce(data);
    }
}
