package io.octospark.physics;

import io.octospark.model.ComplexVector;

/**
 * Computes the total pressure fields that the sources of a survey cause in a medium with a contrast.
 *
 * <p>With time dependence exp(-i w t) the total field p of a source at x_s solves, over the whole plane and with
 * outgoing waves,
 *
 * <pre>laplace p + (w / c)^2 p = delta(x - x_s),   c = c0 / sqrt(1 - chi)</pre>
 *
 * so that without contrast p is the incident field Y0(k|x - x_s|)/4 - i J0(k|x - x_s|)/4, the {@link GreensFunction} over
 * k^2. Contrasts are as in {@code Grid}: one number per cell at index {@code iz * nx + ix}, dimensionless, below 1; so are
 * the fields.
 *
 * <p>Which models there are, how exact they are and where they fail is in docs/theory.md.
 *
 * <p>An instance serves one thread at a time and starts no threads. It keeps nothing of one frequency when it computes
 * another.
 */
public interface ForwardModel {
    /**
     * Total fields at the cells' (or nodes') positions.
     *
     * @param frequency index of the survey's frequency
     * @param contrast one number per cell, below 1
     * @return one field per source, each of as many values as the grid has cells
     * @throws ForwardModelException if the fields could not be computed: a solver did not converge, or a number became
     *     infinite or not a number
     */
    ComplexVector[] totalFields(int frequency, double[] contrast);
}
