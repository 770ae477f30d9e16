package io.octospark.physics.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.Bessel;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.complex.ComplexField;
import org.apache.commons.math3.linear.ArrayFieldVector;
import org.apache.commons.math3.linear.BlockFieldMatrix;
import org.apache.commons.math3.linear.FieldLUDecomposition;
import org.apache.commons.math3.linear.FieldMatrix;

/** Media and plain complex algebra for tests of forward models. */
final class Cases {
    private Cases() {}

    /** Cells of about 20 m x 30 m. */
    static Grid grid(int nx, int nz) {
        return Grid.of(nx, nz, new Position(-70, 15), new Position(-70 + 21.0 * nx, 15 + 29.0 * nz));
    }

    /** Two frequencies, wavelengths of 150 m and 80 m; sources above the grid. */
    static Survey survey(Position... sources) {
        return new Survey(1500, List.of(10.0, 18.75), List.of(sources), List.of(new Position(0, 0)));
    }

    static double[] contrast(int cells, double largest) {
        SplittableRandom random = new SplittableRandom(cells);
        return random.doubles(cells, -largest, largest).toArray();
    }

    /** g of the stated convention: k^2 (Y0/4 - i J0/4), 0 at distance 0. */
    static Complex green(double k, double distance) {
        return distance == 0
                ? Complex.ZERO
                : new Complex(Bessel.y0(k * distance), -Bessel.j0(k * distance)).multiply(k * k / 4);
    }

    static Complex[] incident(Grid grid, Survey survey, int frequency, int source) {
        double k = survey.wavenumber(frequency);
        Complex[] field = new Complex[grid.cells()];
        for (int x = 0; x < field.length; x++) {
            field[x] = green(k, centre(grid, x).distanceTo(survey.sources().get(source)))
                    .divide(k * k);
        }
        return field;
    }

    /** The full matrix Gv. */
    static FieldMatrix<Complex> greensMatrix(Grid grid, double k) {
        FieldMatrix<Complex> matrix = new BlockFieldMatrix<>(ComplexField.getInstance(), grid.cells(), grid.cells());
        for (int x = 0; x < grid.cells(); x++) {
            for (int y = 0; y < grid.cells(); y++) {
                matrix.setEntry(
                        x,
                        y,
                        green(k, centre(grid, x).distanceTo(centre(grid, y))).multiply(grid.cellVolume()));
            }
        }
        return matrix;
    }

    private static Position centre(Grid grid, int cell) {
        return grid.centre(cell % grid.nx(), cell / grid.nx());
    }

    static Complex[] solve(FieldMatrix<Complex> matrix, Complex[] rightHandSide) {
        return new FieldLUDecomposition<>(matrix)
                .getSolver()
                .solve(new ArrayFieldVector<>(rightHandSide))
                .toArray();
    }

    static Complex[] times(double[] contrast, Complex[] field) {
        Complex[] product = new Complex[field.length];
        Arrays.setAll(product, x -> field[x].multiply(contrast[x]));
        return product;
    }

    static Complex[] sum(Complex[] a, Complex[] b) {
        Complex[] sum = new Complex[a.length];
        Arrays.setAll(sum, x -> a[x].add(b[x]));
        return sum;
    }

    static Complex[] difference(Complex[] a, Complex[] b) {
        Complex[] difference = new Complex[a.length];
        Arrays.setAll(difference, x -> a[x].subtract(b[x]));
        return difference;
    }

    static double norm(Complex[] vector) {
        return Math.sqrt(
                Arrays.stream(vector).mapToDouble(v -> v.abs() * v.abs()).sum());
    }

    static Complex[] complex(ComplexVector vector) {
        Complex[] values = new Complex[vector.length()];
        Arrays.setAll(values, i -> new Complex(vector.re()[i], vector.im()[i]));
        return values;
    }

    /** {@code ||actual - expected|| / ||expected||}. */
    static double distance(ComplexVector actual, Complex[] expected) {
        return norm(difference(complex(actual), expected)) / norm(expected);
    }

    static void assertClose(ComplexVector actual, Complex[] expected, double tolerance) {
        assertThat(distance(actual, expected)).isLessThan(tolerance);
    }
}
