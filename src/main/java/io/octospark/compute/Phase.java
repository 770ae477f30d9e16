package io.octospark.compute;

import java.util.Locale;

/** The phases that a task spends its time on. */
public enum Phase {
    /** Waiting for a compute unit. */
    QUEUE,
    /** Opening card and unit, waiting for the card's lock, reading the bitstream's description, the self-test's sums. */
    OPEN,
    /** Programming the card with the bitstream. */
    PROGRAM,
    /** Allocating buffers; on a CPU building the operator, or waiting for another task that builds it. */
    ALLOC,
    /** Sending data to the card. */
    UPLOAD,
    /** Fetching results from the card. */
    DOWNLOAD,
    /** Forward products. */
    DOTPROD,
    /** Update directions, and projecting measured data, the same product. */
    UPDATE,
    /** Total fields by the forward model, of non-linear inversions. */
    FORWARD,
    /** The inversion's arithmetic outside the two products, and making synthetic data. */
    HOST_MATH,
    /** Writing results. */
    WRITE;

    /** Returns the name in the result tables. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
