package io.octospark.model;

import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * Offsets, distances from source to receiver, of the measurements that are inverted; the others are left out.
 *
 * @param min least offset in metres, included
 * @param max largest offset in metres, included
 */
public record OffsetRange(double min, double max) implements Serializable {
    /** Nothing is left out. */
    public static final OffsetRange ALL = new OffsetRange(0, Double.POSITIVE_INFINITY);

    /** Whether an offset is within. */
    public boolean includes(double offset) {
        return offset >= min && offset <= max;
    }

    /** The pairs of a receiver and a source that are within, as receiver * sources + source, ascending. */
    public int[] pairs(Survey survey) {
        int sources = survey.sources().size();
        return IntStream.range(0, survey.receivers().size() * sources)
                .filter(pair -> includes(survey.receivers()
                        .get(pair / sources)
                        .distanceTo(survey.sources().get(pair % sources))))
                .toArray();
    }
}
