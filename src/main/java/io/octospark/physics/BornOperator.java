package io.octospark.physics;

import io.octospark.model.Grid;
import io.octospark.model.Survey;

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
public final class BornOperator extends MatrixOperator {
    /**
     * @throws IllegalArgumentException if the matrix would have more than {@link #MAX_ENTRIES} entries
     */
    public BornOperator(Grid grid, Survey survey) {
        this(grid, survey, entries(survey.measurements(), grid.cells()), entries(survey.measurements(), grid.cells()));
    }

    private BornOperator(Grid grid, Survey survey, double[] re, double[] im) {
        super((int) survey.measurements(), grid.cells(), re, im);
        int start = 0;
        for (int f = 0; f < survey.frequenciesHz().size(); f++) {
            BornRows rows = new BornRows(grid, survey, f);
            for (int j = 0; j < survey.receivers().size(); j++) {
                for (int s = 0; s < survey.sources().size(); s++) {
                    rows.write(j, s, 1, re, im, start);
                    start += grid.cells();
                }
            }
        }
    }
}
