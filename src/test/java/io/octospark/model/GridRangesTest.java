package io.octospark.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.model.GridRanges.Range;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class GridRangesTest {
    private static GridRanges ranges(Set<Long> numbers) {
        return GridRanges.ofSorted(
                numbers.stream().sorted().mapToLong(Long::longValue).iterator());
    }

    private static Set<Long> numbers(GridRanges ranges) {
        return ranges.stream().boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Long> random(SplittableRandom random) {
        return LongStream.range(0, random.nextInt(0, 40))
                .filter(number -> random.nextInt(3) > 0)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @RepeatedTest(100)
    void theyAreSets(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        Set<Long> a = random(random);
        Set<Long> b = random(random);

        Set<Long> union = new TreeSet<>(a);
        union.addAll(b);
        Set<Long> common = new TreeSet<>(a);
        common.retainAll(b);
        Set<Long> left = new TreeSet<>(a);
        left.removeAll(b);
        assertThat(ranges(a).plus(ranges(b))).isEqualTo(ranges(union));
        assertThat(ranges(a).and(ranges(b))).isEqualTo(ranges(common));
        assertThat(ranges(a).minus(ranges(b))).isEqualTo(ranges(left));
        assertThat(numbers(ranges(a))).isEqualTo(a);
        assertThat(ranges(a).count()).isEqualTo(a.size());

        int skipped = random.nextInt(0, 45);
        int count = random.nextInt(0, 45);
        assertThat(numbers(ranges(a).part(skipped, count)))
                .isEqualTo(a.stream().skip(skipped).limit(count).collect(Collectors.toSet()));
    }

    @Test
    void neighboursAreOneRange() {
        assertThat(GridRanges.of(3, 4).plus(GridRanges.of(7, 1)).ranges()).containsExactly(new Range(3, 5));
        assertThat(GridRanges.of(3, 0)).isEqualTo(GridRanges.NONE);
        assertThat(GridRanges.of(0, Long.MAX_VALUE).minus(GridRanges.of(5, 1)).ranges())
                .containsExactly(new Range(0, 5), new Range(6, Long.MAX_VALUE - 6));
    }
}
