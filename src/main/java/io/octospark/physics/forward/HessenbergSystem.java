package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The least-squares problem of {@link Gmres}: the y that makes {@code ||r e_1 - H y||} smallest, with an upper Hessenberg
 * matrix H that grows by a column in each pass. One Givens rotation for each column makes it triangular.
 */
final class HessenbergSystem {
    /** The columns of the triangular matrix; the j-th holds j + 1 entries. */
    private final List<ComplexVector> columns = new ArrayList<>();

    private final List<Rotation> rotations = new ArrayList<>();

    /** r e_1 after the rotations, one entry longer than there are columns. */
    private ComplexVector target;

    HessenbergSystem(double r) {
        target = new ComplexVector(new double[] {r}, new double[1]);
    }

    /**
     * Takes the next column, with entries down to the one below the diagonal, which is real and at least 0.
     *
     * @return norm of the least-squares residual
     */
    double add(ComplexVector column) {
        int last = columns.size();
        for (int j = 0; j < last; j++) {
            rotations.get(j).apply(column, j);
        }
        Rotation rotation = Rotation.eliminating(column, last);
        rotation.apply(column, last);
        rotations.add(rotation);
        columns.add(column);
        target = resized(target, last + 2);
        rotation.apply(target, last);
        return Math.hypot(target.re()[last + 1], target.im()[last + 1]);
    }

    /** The y. */
    ComplexVector solve() {
        return LeastSquares.backSubstitution(columns, resized(target, columns.size()));
    }

    private static ComplexVector resized(ComplexVector vector, int length) {
        return new ComplexVector(Arrays.copyOf(vector.re(), length), Arrays.copyOf(vector.im(), length));
    }

    /** {@code (conj(c) s; -s c)} with complex c and real s. */
    private record Rotation(double cRe, double cIm, double s) {
        /** The rotation that makes entry {@code j + 1} zero. */
        static Rotation eliminating(ComplexVector column, int j) {
            double below = column.re()[j + 1];
            double length = Math.hypot(Math.hypot(column.re()[j], column.im()[j]), below);
            return new Rotation(column.re()[j] / length, column.im()[j] / length, below / length);
        }

        /** Rotates entries {@code j} and {@code j + 1}. */
        void apply(ComplexVector vector, int j) {
            double[] re = vector.re();
            double[] im = vector.im();
            double upperRe = cRe * re[j] + cIm * im[j] + s * re[j + 1];
            double upperIm = cRe * im[j] - cIm * re[j] + s * im[j + 1];
            double lowerRe = cRe * re[j + 1] - cIm * im[j + 1] - s * re[j];
            double lowerIm = cRe * im[j + 1] + cIm * re[j + 1] - s * im[j];
            re[j] = upperRe;
            im[j] = upperIm;
            re[j + 1] = lowerRe;
            im[j + 1] = lowerIm;
        }
    }
}
