package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An operator K of any number of rows as one of half as many rows as there are cells. The real matrix [Re K; Im K] is Q R
 * with an upper triangular R of cells x cells, and for a real contrast ||d - K chi|| has to do with R and Q^T d alone. Two
 * rows of R make one of K', the first its real part and the second its imaginary part; the data Q^T d likewise. R is
 * multiplied with, never inverted: K may have any rank, and fewer rows than cells.
 *
 * <p>Householder's QR factorisation, for some rows at a time: the rows below R are reflected into it, so that they fit a
 * core's cache. What is left of the data in these rows is the part that no contrast can explain; its squared norm is the
 * constant, no difference of large numbers.
 */
public final class Compression implements Reduction {
    /** Numbers in the rows that are reflected together: 256 kB. */
    private static final int NUMBERS_AT_ONCE = 1 << 15;

    private static final int LEAST_ROWS_AT_ONCE = 16;

    private final int cells;

    /** Takes data to the rows that are compressed. */
    private final DataReduction before;

    /** The reflections of each lot of real rows. */
    private final List<Lot> lots = new ArrayList<>();

    private final MatrixOperator operator;

    private interface DataReduction {
        ReducedData reduce(ComplexVector data);
    }

    /** Compresses the {@linkplain BornOperator Born operator}, after {@linkplain Folding folding} equal rows. */
    public Compression(Grid grid, Survey survey) {
        this(new EqualRows(survey), grid);
    }

    private Compression(EqualRows rows, Grid grid) {
        this(grid.cells(), consumer -> rows.forEach(grid, consumer), rows::reduce);
    }

    /** Compresses any operator. */
    public Compression(MatrixOperator k) {
        this(
                k.cells(),
                consumer -> {
                    double[] re = new double[k.cells()];
                    double[] im = new double[k.cells()];
                    for (int row = 0; row < k.rows(); row++) {
                        for (int x = 0; x < k.cells(); x++) {
                            re[x] = k.re(row, x);
                            im[x] = k.im(row, x);
                        }
                        consumer.accept(re, im);
                    }
                },
                data -> new ReducedData(data, 0));
    }

    private Compression(int cells, Consumer<EqualRows.RowConsumer> rows, DataReduction before) {
        this.cells = cells;
        this.before = before;
        double[][] r = new double[cells][cells];
        int rowsAtOnce = Math.max(LEAST_ROWS_AT_ONCE, NUMBERS_AT_ONCE / cells);
        List<double[]> collected = new ArrayList<>();
        rows.accept((re, im) -> {
            collected.add(re.clone());
            collected.add(im.clone());
            if (collected.size() >= rowsAtOnce) {
                lots.add(new Lot(collected, r));
                collected.clear();
            }
        });
        if (!collected.isEmpty()) {
            lots.add(new Lot(collected, r));
        }
        operator = packed(r);
    }

    private MatrixOperator packed(double[][] r) {
        int rows = Math.toIntExact(rows(cells));
        double[] re = MatrixOperator.entries(rows, cells);
        double[] im = MatrixOperator.entries(rows, cells);
        for (int row = 0; row < cells; row++) {
            System.arraycopy(r[row], 0, row % 2 == 0 ? re : im, row / 2 * cells, cells);
        }
        return new MatrixOperator(rows, cells, re, im);
    }

    /** Rows that any operator with so many cells is compressed to. */
    public static long rows(int cells) {
        return (cells + 1L) / 2;
    }

    @Override
    public MatrixOperator operator() {
        return operator;
    }

    @Override
    public ReducedData reduce(ComplexVector data) {
        ReducedData folded = before.reduce(data);
        ComplexVector left = folded.data();
        double[] top = new double[cells];
        double constant = folded.constant();
        int first = 0;
        for (Lot lot : lots) {
            double[] ofLot = new double[lot.rows.length];
            for (int row = 0; row < ofLot.length; row += 2) {
                ofLot[row] = left.re()[first + row / 2];
                ofLot[row + 1] = left.im()[first + row / 2];
            }
            lot.reflect(top, ofLot);
            for (double unexplained : ofLot) {
                constant += unexplained * unexplained;
            }
            first += ofLot.length / 2;
        }
        ComplexVector packed = ComplexVector.zeros(operator.rows());
        for (int row = 0; row < cells; row++) {
            (row % 2 == 0 ? packed.re() : packed.im())[row / 2] = top[row];
        }
        return new ReducedData(packed, constant);
    }

    /** Rows that were reflected into R together, and the reflections: I - factor v v^T, one for each cell. */
    private static final class Lot {
        /** In column k the components of vector v_k; the one in R's row k is 1, those in its other rows are 0. */
        private final double[][] rows;

        private final double[] factors;

        /** Makes the rows zero, all columns one after the other, and puts reflections in their place. */
        Lot(List<double[]> collected, double[][] r) {
            rows = collected.toArray(new double[0][]);
            factors = new double[r.length];
            double[] product = new double[r.length];
            for (int column = 0; column < r.length; column++) {
                eliminate(column, r[column], product);
            }
        }

        private void eliminate(int column, double[] top, double[] product) {
            double below = 0;
            for (double[] row : rows) {
                below += row[column] * row[column];
            }
            if (below == 0) {
                return;
            }
            double head = top[column];
            // With the sign that loses no digits.
            double diagonal = -Math.copySign(Math.sqrt(head * head + below), head);
            for (double[] row : rows) {
                row[column] /= head - diagonal;
            }
            factors[column] = (diagonal - head) / diagonal;
            System.arraycopy(top, column, product, column, top.length - column);
            for (double[] row : rows) {
                addScaled(product, row[column], row, column + 1);
            }
            addScaled(top, -factors[column], product, column + 1);
            for (double[] row : rows) {
                addScaled(row, -factors[column] * row[column], product, column + 1);
            }
            top[column] = diagonal;
        }

        /** {@code a += factor b} from an index on. */
        private static void addScaled(double[] a, double factor, double[] b, int from) {
            for (int x = from; x < a.length; x++) {
                a[x] += factor * b[x];
            }
        }

        /** Applies the reflections to data: {@code top} belongs to the rows of R, the other to the rows of this lot. */
        void reflect(double[] top, double[] ofLot) {
            for (int column = 0; column < top.length; column++) {
                double product = top[column];
                for (int row = 0; row < rows.length; row++) {
                    product += rows[row][column] * ofLot[row];
                }
                product *= factors[column];
                top[column] -= product;
                for (int row = 0; row < rows.length; row++) {
                    ofLot[row] -= product * rows[row][column];
                }
            }
        }
    }
}
