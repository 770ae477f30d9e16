package io.octospark.reconstruct;

import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;

/** Inverts the data of one grid after the other, by the products of a unit. Serves one thread at a time. */
public interface GridInversion {
    /** Makes the data of a contrast, without noise and with the forward model of the inversion, and inverts them. */
    Reconstruction ofContrast(double[] truth);

    /** Inverts data of all measurements. */
    Reconstruction ofPressure(ComplexVector pressure);
}
