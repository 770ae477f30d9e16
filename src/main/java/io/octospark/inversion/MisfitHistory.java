package io.octospark.inversion;

import io.octospark.error.ErrorCode;
import java.util.Arrays;
import java.util.Optional;

/** The misfits that an inversion has logged. Serves one thread. */
public final class MisfitHistory {
    private double[] misfits = new double[16];
    private int length;

    /** Logs the misfit of a pass. */
    public void add(double misfit) {
        if (length == misfits.length) {
            misfits = Arrays.copyOf(misfits, 2 * length);
        }
        misfits[length++] = misfit;
    }

    /**
     * Returns the result of an inversion that ended by itself.
     *
     * @param misfit its last misfit where none was logged
     */
    public Reconstruction ended(double[] contrast, double misfit, StopReason reason) {
        return new Reconstruction(
                contrast, toArray(), length == 0 ? misfit : misfits[length - 1], reason, Optional.empty());
    }

    /** Returns the result of an inversion that could not go on. */
    public Reconstruction failed(ErrorCode code, String message) {
        double residual = length == 0 ? Double.NaN : misfits[length - 1];
        return new Reconstruction(
                new double[0], toArray(), residual, StopReason.FAILED, Optional.of(new GridError(code, message)));
    }

    private double[] toArray() {
        return Arrays.copyOf(misfits, length);
    }
}
