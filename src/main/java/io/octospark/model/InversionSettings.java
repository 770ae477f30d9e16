package io.octospark.model;

import java.io.Serializable;

/**
 * Parameters of the conjugate-gradient inversion.
 *
 * @param mode the program whose inversion is followed
 * @param tolerance passes end when the cost, or its change, falls below this
 * @param maxPasses largest number of passes
 * @param amplificationStart start of the steering parameter's amplification A
 * @param amplificationSlope slope of A = start / (slope * pass + 1)
 */
public record InversionSettings(
        InversionMode mode, double tolerance, int maxPasses, double amplificationStart, double amplificationSlope)
        implements Serializable {

    public static final double DEFAULT_TOLERANCE = 1e-6;
    public static final int DEFAULT_MAX_PASSES = 1000;
    public static final double DEFAULT_AMPLIFICATION_START = 100;
    public static final double DEFAULT_AMPLIFICATION_SLOPE = 1;

    /** Returns the amplification A of pass {@code pass}, from 0. */
    public double amplification(int pass) {
        return amplificationStart / (amplificationSlope * pass + 1);
    }
}
