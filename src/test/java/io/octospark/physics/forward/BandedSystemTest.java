package io.octospark.physics.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.model.ComplexVector;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.complex.ComplexField;
import org.apache.commons.math3.linear.BlockFieldMatrix;
import org.apache.commons.math3.linear.FieldMatrix;
import org.junit.jupiter.api.Test;

class BandedSystemTest {
    /** Random entries within the band. */
    private record Band(FieldMatrix<Complex> entries, int halfBandwidth) implements BandedSystem.Matrix {
        static Band random(int order, int halfBandwidth, double diagonal) {
            SplittableRandom random = new SplittableRandom(order);
            FieldMatrix<Complex> entries = new BlockFieldMatrix<>(ComplexField.getInstance(), order, order);
            for (int row = 0; row < order; row++) {
                for (int c = Math.max(0, row - halfBandwidth); c <= Math.min(order - 1, row + halfBandwidth); c++) {
                    Complex entry = new Complex(random.nextDouble(-1, 1), random.nextDouble(-1, 1));
                    entries.setEntry(row, c, row == c ? entry.multiply(diagonal) : entry);
                }
            }
            return new Band(entries, halfBandwidth);
        }

        @Override
        public int order() {
            return entries.getRowDimension();
        }

        @Override
        public void addRow(int row, BandedSystem.Entries target) {
            for (int column = 0; column < order(); column++) {
                Complex entry = entries.getEntry(row, column);
                if (!entry.equals(Complex.ZERO)) {
                    target.add(column, entry.getReal() / 4, entry.getImaginary());
                    target.add(column, entry.getReal() * 3 / 4, 0);
                }
            }
        }
    }

    private static void assertSolves(Band band, int rightHandSides, double tolerance) {
        int order = band.order();
        SplittableRandom random = new SplittableRandom(1);
        ComplexVector[] values = new ComplexVector[order];
        Arrays.setAll(
                values,
                i -> new ComplexVector(
                        random.doubles(rightHandSides, -1, 1).toArray(),
                        random.doubles(rightHandSides, -1, 1).toArray()));
        Complex[][] given = new Complex[rightHandSides][order];
        for (int s = 0; s < rightHandSides; s++) {
            int side = s;
            Arrays.setAll(given[s], i -> Cases.complex(values[i])[side]);
        }

        BandedSystem.solve(band, values);

        for (int s = 0; s < rightHandSides; s++) {
            int side = s;
            Complex[] solution = new Complex[order];
            Arrays.setAll(solution, i -> Cases.complex(values[i])[side]);
            Complex[] residual = Cases.difference(band.entries.operate(solution), given[s]);
            assertThat(Cases.norm(residual)).isLessThan(tolerance * Cases.norm(given[s]));
        }
    }

    @Test
    void solvesForAllRightHandSides() {
        for (int[] size : new int[][] {{1, 0}, {1, 1}, {5, 0}, {7, 1}, {13, 5}, {31, 7}, {12, 20}}) {
            for (int rightHandSides : new int[] {1, 3}) {
                assertSolves(Band.random(size[0], size[1], 4), rightHandSides, 1e-12);
            }
        }
    }

    @Test
    void exchangesRowsWhereTheDiagonalIsSmall() {
        for (int[] size : new int[][] {{8, 1}, {13, 5}, {40, 6}}) {
            assertSolves(Band.random(size[0], size[1], 0), 2, 1e-11);
        }
    }

    @Test
    void aSingularMatrixHasNoFiniteSolution() {
        Band zero = new Band(new BlockFieldMatrix<>(ComplexField.getInstance(), 3, 3), 1);
        ComplexVector[] values = {
            new ComplexVector(new double[] {1}, new double[1]), ComplexVector.zeros(1), ComplexVector.zeros(1)
        };

        BandedSystem.solve(zero, values);

        assertThat(values[0].re()[0]).isNaN();
    }
}
