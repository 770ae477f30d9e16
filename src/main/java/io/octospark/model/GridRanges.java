package io.octospark.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;

/**
 * A set of grid numbers, stored as ranges. Immutable.
 *
 * @param ranges ranges in ascending order, none empty, with a gap between neighbours
 */
public record GridRanges(List<Range> ranges) implements Serializable {
    /** The empty set. */
    public static final GridRanges NONE = new GridRanges(List.of());

    /** The numbers from {@code first} to {@code first + count - 1}. */
    public record Range(long first, long count) implements Serializable {
        /** Returns the number after the last one. */
        public long end() {
            return first + count;
        }
    }

    public GridRanges {
        ranges = List.copyOf(ranges);
    }

    /** Returns the numbers from {@code first} to {@code first + count - 1}; the empty set if the count is 0. */
    public static GridRanges of(long first, long count) {
        return count == 0 ? NONE : new GridRanges(List.of(new Range(first, count)));
    }

    /** Returns the set of numbers that come in ascending order, each once. */
    public static GridRanges ofSorted(PrimitiveIterator.OfLong numbers) {
        List<Range> ranges = new ArrayList<>();
        while (numbers.hasNext()) {
            append(ranges, numbers.nextLong(), 1);
        }
        return new GridRanges(ranges);
    }

    /** Returns how many numbers the set has. */
    public long count() {
        return ranges.stream().mapToLong(Range::count).sum();
    }

    /** Returns whether the set is empty. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Returns the numbers in ascending order. */
    public LongStream stream() {
        return ranges.stream().flatMapToLong(range -> LongStream.range(range.first(), range.end()));
    }

    /** Returns the next {@code count} numbers after the {@code skipped} smallest; fewer if the set has fewer. */
    public GridRanges part(long skipped, long count) {
        List<Range> part = new ArrayList<>();
        long before = 0;
        for (Range range : ranges) {
            long from = Math.max(0, skipped - before);
            long to = Math.min(range.count(), skipped + count - before);
            if (from < to) {
                append(part, range.first() + from, to - from);
            }
            before += range.count();
        }
        return new GridRanges(part);
    }

    /** Returns the union of both sets. */
    public GridRanges plus(GridRanges other) {
        List<Range> union = new ArrayList<>();
        int i = 0;
        int k = 0;
        while (i < ranges.size() || k < other.ranges.size()) {
            boolean thereIsLater = k == other.ranges.size()
                    || (i < ranges.size()
                            && ranges.get(i).first() <= other.ranges.get(k).first());
            Range next = thereIsLater ? ranges.get(i++) : other.ranges.get(k++);
            append(union, next.first(), next.count());
        }
        return new GridRanges(union);
    }

    /** Returns the intersection of both sets. */
    public GridRanges and(GridRanges other) {
        List<Range> common = new ArrayList<>();
        int i = 0;
        int k = 0;
        while (i < ranges.size() && k < other.ranges.size()) {
            Range a = ranges.get(i);
            Range b = other.ranges.get(k);
            long first = Math.max(a.first(), b.first());
            long end = Math.min(a.end(), b.end());
            if (first < end) {
                append(common, first, end - first);
            }
            if (a.end() < b.end()) {
                i++;
            } else {
                k++;
            }
        }
        return new GridRanges(common);
    }

    /** Returns the numbers of this set that the other set does not have. */
    public GridRanges minus(GridRanges other) {
        List<Range> left = new ArrayList<>();
        int k = 0;
        for (Range range : ranges) {
            long next = range.first();
            while (k < other.ranges.size() && other.ranges.get(k).end() <= next) {
                k++;
            }
            for (int i = k; i < other.ranges.size() && other.ranges.get(i).first() < range.end(); i++) {
                Range hole = other.ranges.get(i);
                if (hole.first() > next) {
                    append(left, next, hole.first() - next);
                }
                next = Math.max(next, hole.end());
            }
            if (next < range.end()) {
                append(left, next, range.end() - next);
            }
        }
        return new GridRanges(left);
    }

    /** Adds a range that starts no earlier than the last one. */
    private static void append(List<Range> ranges, long first, long count) {
        if (!ranges.isEmpty() && ranges.get(ranges.size() - 1).end() >= first) {
            Range last = ranges.remove(ranges.size() - 1);
            ranges.add(new Range(last.first(), Math.max(last.end(), first + count) - last.first()));
        } else {
            ranges.add(new Range(first, count));
        }
    }
}
