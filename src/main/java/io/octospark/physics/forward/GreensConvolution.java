package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.physics.GreensFunction;
import java.util.Arrays;
import org.jtransforms.fft.DoubleFFT_1D;
import org.visnow.jlargearrays.ConcurrencyUtils;

/**
 * The field that contrast sources send out: the product with the matrix {@code Gv[x, y] = V g(k, |x - y|)}, whose diagonal
 * is zero, for cells x and y of a grid.
 *
 * <p>The entries depend on the distance alone, so that the product is a convolution: one of Fourier transforms on a grid
 * of at least (2 nx - 1) x (2 nz - 1) values, where its period does not reach into the result. Rows of padding are never
 * transformed. A product takes O(nx nz log(nx nz)) operations, an instance takes
 * {@code 16 mx (mz + nz)} bytes for padded sizes mx and mz, about {@code 96 nx nz}.
 *
 * <p>Serves one thread at a time.
 */
final class GreensConvolution {
    static {
        // A task has one core. JTransforms would use more for transforms much longer than any here.
        ConcurrencyUtils.setNumberOfThreads(1);
    }

    private final int nx;
    private final int nz;

    /** Padded sizes. */
    private final int mx;

    private final int mz;
    private final DoubleFFT_1D transformX;
    private final DoubleFFT_1D transformZ;

    // Pairs (real, imaginary), as JTransforms has them.
    /** The spectrum of V g over mx mz, one array of mz values for each of the mx columns. */
    private final double[][] spectrum;

    private final double[][] rows;
    private final double[] column;

    GreensConvolution(Grid grid, double wavenumber) {
        nx = grid.nx();
        nz = grid.nz();
        mx = smoothSize(2 * nx - 1);
        mz = smoothSize(2 * nz - 1);
        transformX = new DoubleFFT_1D(mx);
        transformZ = new DoubleFFT_1D(mz);
        rows = new double[nz][2 * mx];
        column = new double[2 * mz];
        spectrum = spectrum(grid, wavenumber);
    }

    /** The smallest number from {@code n} on that has no prime factor but 2, 3 and 5. */
    static int smoothSize(int n) {
        for (int size = n; ; size++) {
            int rest = size;
            for (int factor : new int[] {2, 3, 5}) {
                while (rest % factor == 0) {
                    rest /= factor;
                }
            }
            if (rest == 1) {
                return size;
            }
        }
    }

    private double[][] spectrum(Grid grid, double wavenumber) {
        // Transforms forth and back multiply by mx mz.
        double scale = grid.cellVolume() / ((double) mx * mz);
        for (int iz = 0; iz < nz; iz++) {
            double[] row = rows[iz];
            for (int ix = 0; ix < nx; ix++) {
                double distance = Math.hypot(ix * grid.cellWidth(), iz * grid.cellHeight());
                row[2 * ix] = scale * GreensFunction.re(wavenumber, distance);
                row[2 * ix + 1] = scale * GreensFunction.im(wavenumber, distance);
            }
            for (int ix = 1; ix < nx; ix++) {
                copy(row, ix, row, mx - ix);
            }
            transformX.complexForward(row);
        }
        double[][] columns = new double[mx][2 * mz];
        for (int ix = 0; ix < mx; ix++) {
            for (int iz = 0; iz < nz; iz++) {
                copy(rows[iz], ix, columns[ix], iz);
                if (iz > 0) {
                    copy(rows[iz], ix, columns[ix], mz - iz);
                }
            }
            transformZ.complexForward(columns[ix]);
        }
        return columns;
    }

    private static void copy(double[] from, int fromIndex, double[] to, int toIndex) {
        to[2 * toIndex] = from[2 * fromIndex];
        to[2 * toIndex + 1] = from[2 * fromIndex + 1];
    }

    /**
     * {@code field = Gv sources}.
     *
     * @param sources contrast times total field in each cell
     * @param field is overwritten; may be {@code sources}
     */
    void apply(ComplexVector sources, ComplexVector field) {
        for (int iz = 0; iz < nz; iz++) {
            double[] row = rows[iz];
            for (int ix = 0; ix < nx; ix++) {
                row[2 * ix] = sources.re()[iz * nx + ix];
                row[2 * ix + 1] = sources.im()[iz * nx + ix];
            }
            Arrays.fill(row, 2 * nx, 2 * mx, 0);
            transformX.complexForward(row);
        }
        for (int ix = 0; ix < mx; ix++) {
            convolveColumn(ix);
        }
        for (int iz = 0; iz < nz; iz++) {
            double[] row = rows[iz];
            transformX.complexInverse(row, false);
            for (int ix = 0; ix < nx; ix++) {
                field.re()[iz * nx + ix] = row[2 * ix];
                field.im()[iz * nx + ix] = row[2 * ix + 1];
            }
        }
    }

    /** {@code Gv (chi field)}: the field that a contrast chi scatters out of a field. */
    ComplexVector scatter(double[] contrast, ComplexVector field) {
        ComplexVector scattered = ComplexVector.zeros(contrast.length);
        setProduct(contrast, field, scattered);
        apply(scattered, scattered);
        return scattered;
    }

    /** Sets {@code sources = chi field}, cell by cell. */
    static void setProduct(double[] contrast, ComplexVector field, ComplexVector sources) {
        for (int x = 0; x < contrast.length; x++) {
            sources.re()[x] = contrast[x] * field.re()[x];
            sources.im()[x] = contrast[x] * field.im()[x];
        }
    }

    private void convolveColumn(int ix) {
        for (int iz = 0; iz < nz; iz++) {
            copy(rows[iz], ix, column, iz);
        }
        Arrays.fill(column, 2 * nz, 2 * mz, 0);
        transformZ.complexForward(column);
        double[] factors = spectrum[ix];
        for (int i = 0; i < 2 * mz; i += 2) {
            double re = column[i] * factors[i] - column[i + 1] * factors[i + 1];
            column[i + 1] = column[i] * factors[i + 1] + column[i + 1] * factors[i];
            column[i] = re;
        }
        transformZ.complexInverse(column, false);
        for (int iz = 0; iz < nz; iz++) {
            copy(column, iz, rows[iz], ix);
        }
    }
}
