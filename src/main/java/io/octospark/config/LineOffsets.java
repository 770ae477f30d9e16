package io.octospark.config;

import io.octospark.model.OffsetRange;
import io.octospark.model.Position;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Distances between the points of two lines, each with evenly spaced points. Along a line, the distance to a given
 * point falls up to the nearest point and rises after it. A search therefore need not visit all pairs, of which there
 * may be ten thousand million.
 */
final class LineOffsets {
    private final List<Position> receivers;
    private final List<Position> sources;

    LineOffsets(List<Position> receivers, List<Position> sources) {
        this.receivers = receivers;
        this.sources = sources;
    }

    /** Returns whether the distance of at least one pair is within a range. */
    boolean includeOneOf(OffsetRange range) {
        return receivers.stream().anyMatch(receiver -> {
            int nearest = nearest(receiver);
            // In both directions from the nearest source, the first source that is far enough.
            int behind = first(nearest, sources.size() - 1, i -> distance(receiver, i) >= range.min());
            int before = nearest - first(0, nearest, i -> distance(receiver, nearest - i) >= range.min());
            return range.includes(distance(receiver, behind)) || range.includes(distance(receiver, before));
        });
    }

    /** Returns the smallest distance of a pair. */
    double min() {
        return receivers.stream()
                .mapToDouble(receiver -> distance(receiver, nearest(receiver)))
                .min()
                .orElse(Double.NaN);
    }

    /** Returns the largest distance of a pair, which is always between end points. */
    double max() {
        double max = Double.NEGATIVE_INFINITY;
        for (Position receiver : List.of(receivers.get(0), receivers.get(receivers.size() - 1))) {
            max = Math.max(max, Math.max(distance(receiver, 0), distance(receiver, sources.size() - 1)));
        }
        return max;
    }

    private double distance(Position receiver, int source) {
        return receiver.distanceTo(sources.get(source));
    }

    /** Returns the index of the source that is nearest to a receiver, from the receiver's projection onto the line. */
    private int nearest(Position receiver) {
        Position first = sources.get(0);
        Position last = sources.get(sources.size() - 1);
        double dx = last.x() - first.x();
        double dz = last.z() - first.z();
        double along = (receiver.x() - first.x()) * dx + (receiver.z() - first.z()) * dz;
        double fraction = Math.max(0, Math.min(1, along / (dx * dx + dz * dz)));
        return (int) Math.round(fraction * (sources.size() - 1)); // 0 if all sources are in one place
    }

    /** Returns the first number that meets a condition which all later numbers meet too; the last one if none does. */
    private static int first(int from, int last, IntPredicate condition) {
        int low = from;
        int high = last;
        while (low < high) {
            int middle = low + (high - low) / 2;
            if (condition.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
