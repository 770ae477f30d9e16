package io.octospark.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.OffsetRange;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineOffsetsTest {
    private final Random random = new Random(1);

    private List<Position> line() {
        // Some in one place, some in the same.
        Position first = point();
        return Survey.line(first, random.nextInt(4) == 0 ? first : point(), 1 + random.nextInt(12));
    }

    private Position point() {
        return new Position(random.nextInt(11), random.nextInt(11));
    }

    @Test
    void findsWhatLookingAtAllPairsFinds() {
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            List<Position> receivers = line();
            List<Position> sources = line();
            double[] all = receivers.stream()
                    .flatMapToDouble(receiver -> sources.stream().mapToDouble(receiver::distanceTo))
                    .sorted()
                    .toArray();
            LineOffsets offsets = new LineOffsets(receivers, sources);
            // Apart from numbers that rounding may put on either side.
            double min = random.nextInt(14) + 0.123456;
            OffsetRange range = new OffsetRange(min, min + random.nextInt(3) + 0.3);

            boolean some = Arrays.stream(all).anyMatch(range::includes);
            assertThat(offsets.includeOneOf(range)).isEqualTo(some);
            assertThat(offsets.min()).isEqualTo(all[0], within(1e-12));
            assertThat(offsets.max()).isEqualTo(all[all.length - 1], within(1e-12));
            found += some ? 1 : 0;
        }
        assertThat(found).isBetween(5_000, 15_000);
    }
}
