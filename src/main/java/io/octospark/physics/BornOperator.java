package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.Arrays;
import java.util.List;

/**
 * The Born operator as a dense matrix in float64: the reference for every faster form.
 *
 * <p>The single-scattering data of a contrast chi are p = K chi. Row (f, j, s) of K, at index {@code (f * nR + j) * nS +
 * s}, belongs to frequency f, receiver j and source s; its entry at cell x is the field that the source sends to the
 * cell times the field that the cell sends to the receiver,
 *
 * <pre>K[(f, j, s), x] = V g(k_f, |x - receiver_j|) * g(k_f, |x - source_s|) / k_f^2</pre>
 *
 * with the cell volume V and the {@link GreensFunction} g. An instance never changes once made and may be shared by any
 * number of threads.
 */
public final class BornOperator implements LinearOperator {
    /** Entries of the largest matrix that a Java array can hold. */
    public static final long MAX_ENTRIES = Integer.MAX_VALUE - 8;

    private final int rows;
    private final int cells;

    /** Real and imaginary parts, row after row. */
    private final double[] re;

    private final double[] im;

    /**
     * @throws IllegalArgumentException if the matrix would have more than {@link #MAX_ENTRIES} entries
     */
    public BornOperator(Grid grid, Survey survey) {
        long entries = survey.measurements() * grid.cells();
        if (entries > MAX_ENTRIES) {
            throw new IllegalArgumentException("a dense operator of " + survey.measurements() + " x " + grid.cells()
                    + " entries is over the limit of " + MAX_ENTRIES);
        }
        rows = Math.toIntExact(survey.measurements());
        cells = grid.cells();
        re = new double[rows * cells];
        im = new double[rows * cells];
        for (int f = 0; f < survey.frequenciesHz().size(); f++) {
            double k = survey.wavenumber(f);
            ComplexVector[] receiverFields = fields(grid, survey.receivers(), k, grid.cellVolume());
            ComplexVector[] incidentFields = fields(grid, survey.sources(), k, 1 / (k * k));
            for (int j = 0; j < receiverFields.length; j++) {
                for (int s = 0; s < incidentFields.length; s++) {
                    int row = (f * receiverFields.length + j) * incidentFields.length + s;
                    setRow(row, receiverFields[j], incidentFields[s]);
                }
            }
        }
    }

    /** For each point the field {@code scale * g(k, |x - point|)} at all cells x. */
    static ComplexVector[] fields(Grid grid, List<Position> points, double k, double scale) {
        ComplexVector[] fields = new ComplexVector[points.size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = ComplexVector.zeros(grid.cells());
            for (int iz = 0; iz < grid.nz(); iz++) {
                for (int ix = 0; ix < grid.nx(); ix++) {
                    double distance = grid.centre(ix, iz).distanceTo(points.get(i));
                    int cell = iz * grid.nx() + ix;
                    fields[i].re()[cell] = scale * GreensFunction.re(k, distance);
                    fields[i].im()[cell] = scale * GreensFunction.im(k, distance);
                }
            }
        }
        return fields;
    }

    private void setRow(int row, ComplexVector receiverField, ComplexVector incidentField) {
        for (int x = 0; x < cells; x++) {
            double a = receiverField.re()[x];
            double b = receiverField.im()[x];
            double c = incidentField.re()[x];
            double d = incidentField.im()[x];
            re[row * cells + x] = a * c - b * d;
            im[row * cells + x] = a * d + b * c;
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int cells() {
        return cells;
    }

    /** Real part of an entry. */
    public double re(int row, int cell) {
        return re[row * cells + cell];
    }

    /** Imaginary part of an entry. */
    public double im(int row, int cell) {
        return im[row * cells + cell];
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        for (int row = 0; row < rows; row++) {
            int start = row * cells;
            double sumRe = 0;
            double sumIm = 0;
            for (int x = 0; x < cells; x++) {
                sumRe += re[start + x] * contrast[x];
                sumIm += im[start + x] * contrast[x];
            }
            data.re()[row] = sumRe;
            data.im()[row] = sumIm;
        }
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        Arrays.fill(gradient, 0);
        for (int row = 0; row < rows; row++) {
            int start = row * cells;
            double residualRe = residual.re()[row];
            double residualIm = residual.im()[row];
            for (int x = 0; x < cells; x++) {
                gradient[x] += re[start + x] * residualRe + im[start + x] * residualIm;
            }
        }
    }
}
