package io.octospark.physics;

import io.octospark.arithmetic.SquareMatrix;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import java.util.Arrays;

/**
 * The normal operator M = Re(K^H K) of the {@linkplain BornOperator Born operator} K: a symmetric matrix of cells x cells
 * in float64. With b = Re(K^H p) and ||p||^2 of data p it says all that an inversion for a real contrast needs:
 *
 * <pre>Re(K^H (p - K chi)) = b - M chi,   ||p - K chi||^2 = ||p||^2 - 2 b chi + chi M chi</pre>
 *
 * Data that K itself makes of a contrast have b = M chi and ||p||^2 = chi M chi.
 *
 * <p>K is never built. Its entries are products of a receiver's field G and a source's field P, so the sums over
 * receivers and over sources separate, for every frequency f and pair of cells x, y:
 *
 * <pre>M[x, y] = Re sum_f (sum_j conj(G_fj(x)) G_fj(y)) (sum_s conj(P_fs(x)) P_fs(y))</pre>
 *
 * <p>An instance never changes once made and may be shared by any number of threads.
 */
public final class GramOperator implements SquareMatrix {
    /** Rows of the lower triangle, diagonal included. */
    private final double[][] rows;

    /** Makes the normal operator of the Born operator. */
    public GramOperator(Grid grid, Survey survey) {
        int cells = grid.cells();
        rows = new double[cells][];
        for (int x = 0; x < cells; x++) {
            rows[x] = new double[x + 1];
        }
        // Sources where the receivers are send the receivers' fields but for a factor.
        boolean reciprocal = survey.sources().equals(survey.receivers());
        double[] receiverRe = new double[cells];
        double[] receiverIm = new double[cells];
        double[] sourceRe = reciprocal ? receiverRe : new double[cells];
        double[] sourceIm = reciprocal ? receiverIm : new double[cells];
        for (int f = 0; f < survey.frequenciesHz().size(); f++) {
            double k = survey.wavenumber(f);
            double incidentScale = 1 / (k * k);
            ComplexVector[] receiverFields = GreensFunction.receiverFields(grid, survey, f);
            ComplexVector[] incidentFields = reciprocal ? null : GreensFunction.incidentFields(grid, survey, f);
            double scale = reciprocal ? Math.pow(incidentScale / grid.cellVolume(), 2) : 1;
            for (int x = 0; x < cells; x++) {
                correlate(receiverFields, x, receiverRe, receiverIm);
                if (!reciprocal) {
                    correlate(incidentFields, x, sourceRe, sourceIm);
                }
                addProduct(receiverRe, receiverIm, sourceRe, sourceIm, scale, rows[x]);
            }
        }
    }

    /** Makes the normal operator of any operator, by its products with each cell alone. */
    public GramOperator(LinearOperator k) {
        rows = new double[k.cells()][];
        ComplexVector column = ComplexVector.zeros(k.rows());
        double[] unit = new double[k.cells()];
        double[] row = new double[k.cells()];
        for (int x = 0; x < k.cells(); x++) {
            unit[x] = 1;
            k.forward(unit, column);
            k.adjoint(column, row);
            rows[x] = Arrays.copyOf(row, x + 1);
            unit[x] = 0;
        }
    }

    /** {@code re + i im = sum_j conj(field_j(x)) field_j(y)} for all cells y up to x. */
    private static void correlate(ComplexVector[] fields, int x, double[] re, double[] im) {
        Arrays.fill(re, 0, x + 1, 0);
        Arrays.fill(im, 0, x + 1, 0);
        for (ComplexVector field : fields) {
            addCorrelation(field.re(), field.im(), x, re, im);
        }
    }

    // Methods of their own, so that the compiler finds plain loops over arrays, which it vectorises.
    private static void addCorrelation(double[] fieldRe, double[] fieldIm, int x, double[] re, double[] im) {
        double a = fieldRe[x];
        double b = fieldIm[x];
        for (int y = 0; y <= x; y++) {
            re[y] += a * fieldRe[y] + b * fieldIm[y];
            im[y] += a * fieldIm[y] - b * fieldRe[y];
        }
    }

    private static void addProduct(
            double[] re, double[] im, double[] otherRe, double[] otherIm, double scale, double[] row) {
        for (int y = 0; y < row.length; y++) {
            row[y] += scale * (re[y] * otherRe[y] - im[y] * otherIm[y]);
        }
    }

    /** Rows and columns: the length of a contrast vector. */
    @Override
    public int cells() {
        return rows.length;
    }

    /** An entry. */
    @Override
    public double entry(int row, int column) {
        return row >= column ? rows[row][column] : rows[column][row];
    }

    /** {@code product = M contrast}. */
    public void multiply(double[] contrast, double[] product) {
        Arrays.fill(product, 0);
        for (int x = 0; x < rows.length; x++) {
            double[] row = rows[x];
            double sum = 0;
            for (int y = 0; y < x; y++) {
                sum += row[y] * contrast[y];
                product[y] += row[y] * contrast[x];
            }
            product[x] += sum + row[x] * contrast[x];
        }
    }
}
