package io.octospark.compute;

import java.time.Duration;
import java.util.Optional;

/**
 * A watch that ends the inversion of a grid that takes too long: it refuses the products and total fields that are asked
 * for after the grid's time. A call under way is not interrupted. Serves one grid after the other, in one thread at a time.
 */
public final class GridDeadline implements Watch {
    private final Optional<Duration> limit;
    private final long nanos;
    private long begin;

    /** A grid has taken too long. */
    public static final class Passed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Duration limit;

        private Passed(Duration limit) {
            this.limit = limit;
        }

        /** Returns what the grid was allowed to take. */
        public Duration limit() {
            return limit;
        }
    }

    /** @param limit the time of a grid, more than 0; without a limit no call is refused */
    public GridDeadline(Optional<Duration> limit) {
        this.limit = limit;
        nanos = limit.map(Duration::toNanos).orElse(Long.MAX_VALUE);
    }

    /** Starts the time of the next grid. */
    public void begin() {
        begin = System.nanoTime();
    }

    @Override
    public void before() {
        if (limit.isPresent() && System.nanoTime() - begin > nanos) {
            throw new Passed(limit.get());
        }
    }
}
