package io.octospark.model;

import java.io.Serializable;
import java.util.List;

/**
 * Parameters of the non-linear inversion. Its outer passes update the total field; its inner passes are conjugate
 * gradients with the field held.
 *
 * @param innerPasses largest number of inner passes in an outer pass
 * @param innerTolerance inner passes end when the cost, or its change, falls below this
 * @param regularised whether inner passes after the first use the multiplicative regularisation
 * @param outerTolerance a stage ends when the cost with the updated total field, or its change between outer passes,
 *     falls below this; 0 for all outer passes
 * @param minContrast least contrast of a cell
 * @param maxContrast largest contrast of a cell
 * @param offsets the measurements that are inverted
 * @param stages frequency ranges that are inverted one after the other, each from the result of the previous one; at
 *     least one
 */
public record NonLinearSettings(
        int innerPasses,
        double innerTolerance,
        boolean regularised,
        double outerTolerance,
        double minContrast,
        double maxContrast,
        OffsetRange offsets,
        List<Stage> stages)
        implements Serializable {

    public static final int DEFAULT_OUTER_PASSES = 50;
    public static final int DEFAULT_INNER_PASSES = 10;
    public static final double DEFAULT_INNER_TOLERANCE = 1e-6;

    public NonLinearSettings {
        stages = List.copyOf(stages);
    }

    /**
     * A range of the survey's frequencies.
     *
     * @param firstFrequency index of the first frequency
     * @param lastFrequency index of the last frequency
     * @param outerPasses largest number of outer passes
     */
    public record Stage(int firstFrequency, int lastFrequency, int outerPasses) implements Serializable {}
}
