package io.octospark.inversion;

import java.util.Arrays;

/** The misfits that an inversion has logged. Serves one thread. */
final class MisfitHistory {
    private double[] misfits = new double[16];
    private int length;

    void add(double misfit) {
        if (length == misfits.length) {
            misfits = Arrays.copyOf(misfits, 2 * length);
        }
        misfits[length++] = misfit;
    }

    /** What an inversion has found whose last misfit was logged; without one the misfit given. */
    Reconstruction ended(double[] contrast, double misfit, StopReason reason) {
        return new Reconstruction(contrast, toArray(), length == 0 ? misfit : misfits[length - 1], reason, null);
    }

    /** An inversion that could not go on. */
    Reconstruction failed(String error) {
        double residual = length == 0 ? Double.NaN : misfits[length - 1];
        return new Reconstruction(new double[0], toArray(), residual, StopReason.FAILED, error);
    }

    private double[] toArray() {
        return Arrays.copyOf(misfits, length);
    }
}
