package io.octospark.model;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * A range of offsets, the distances from source to receiver. Measurements outside it are left out of the inversion.
 *
 * @param min least offset in metres, inclusive
 * @param max largest offset in metres, inclusive
 */
public record OffsetRange(double min, double max) implements Serializable {
    /** The range that includes every offset. */
    public static final OffsetRange ALL = new OffsetRange(0, Double.POSITIVE_INFINITY);

    /** Returns whether an offset is within the range. */
    public boolean includes(double offset) {
        return offset >= min && offset <= max;
    }

    /** Returns the pairs of receiver and source within the range, as receiver * sources + source, ascending. */
    public int[] pairs(Survey survey) {
        int sources = survey.sources().size();
        return IntStream.range(0, survey.receivers().size() * sources)
                .filter(pair -> includes(survey.receivers()
                        .get(pair / sources)
                        .distanceTo(survey.sources().get(pair % sources))))
                .toArray();
    }
}
