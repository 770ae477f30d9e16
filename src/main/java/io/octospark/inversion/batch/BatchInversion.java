package io.octospark.inversion.batch;

import io.octospark.arithmetic.LaneFields;
import io.octospark.model.Grid;
import io.octospark.model.InversionSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Inverts many grids at once: the results of {@link io.octospark.inversion.ConjugateGradientInversion} up to rounding, far
 * faster. Each lane of the processor's vectors has a grid, every pass of all of them takes one product with the normal
 * operator. A lane whose grid has ended takes the next one at once.
 *
 * <p>A result does not depend on the lane, on the other grids or on their order: with one {@link BatchOperator} it is the
 * same to the last bit. The projected residual is computed from the data in every 50th pass and follows the steps in
 * between; the misfit always follows the steps. It is right down to about 1e-13 of the data's squared norm: smaller
 * tolerances ask for the dense inversion.
 *
 * <p>An instance serves one thread and one iteration at a time; the operator may be shared.
 */
public final class BatchInversion {
    private final Grid grid;
    private final InversionSettings settings;
    private final LaneFields fields;
    private final LongConsumer productNanos;

    /**
     * @param productNanos told how long each product of all lanes has taken
     */
    public BatchInversion(InversionSettings settings, BatchOperator operator, LongConsumer productNanos) {
        grid = operator.grid();
        this.settings = settings;
        this.productNanos = productNanos;
        fields = operator.newFields(settings.mode());
    }

    /** Grids that are inverted at once. */
    public int lanes() {
        return fields.groups() * fields.lanesPerGroup();
    }

    /**
     * Inverts grids as their results are asked for. Never throws for numerical reasons: what can't be computed ends as
     * {@link io.octospark.inversion.StopReason#FAILED} with a message, and leaves the other grids alone. Takes from
     * {@code inputs} what fits the lanes and holds a lane's worth of results at most. An iteration that is not finished is
     * given up by the next call.
     *
     * @return the results in the order in which the inversions end
     */
    public <T> Iterator<BatchResult<T>> invert(Iterator<BatchInput<T>> inputs) {
        return invert(inputs, Optional.empty());
    }

    /**
     * Inverts grids as {@link #invert(Iterator)}, and ends those that take too long as failed. The time of a grid is that of
     * the passes that it takes part in, all lanes together, without waiting for inputs and for who asks for results.
     *
     * @param limit what a grid may take; looked at after every pass
     */
    public <T> Iterator<BatchResult<T>> invert(Iterator<BatchInput<T>> inputs, Optional<Duration> limit) {
        return invert(inputs, limit, System::nanoTime);
    }

    /** Inverts grids by another clock. */
    <T> Iterator<BatchResult<T>> invert(
            Iterator<BatchInput<T>> inputs, Optional<Duration> limit, LongSupplier nanoTime) {
        return new Results<>(inputs, limit, nanoTime);
    }

    private final class Results<T> implements Iterator<BatchResult<T>> {
        private final Iterator<BatchInput<T>> inputs;
        private final Queue<BatchResult<T>> results = new ArrayDeque<>();
        private final List<Lane<T>> lanes = new ArrayList<>();
        private final boolean[] used = new boolean[fields.groups()];
        private final Optional<Duration> limit;
        private final LongSupplier nanoTime;

        /** Time in passes; stands still where there is no limit. */
        private long inPasses;

        Results(Iterator<BatchInput<T>> inputs, Optional<Duration> limit, LongSupplier nanoTime) {
            this.inputs = inputs;
            this.limit = limit;
            this.nanoTime = nanoTime;
            for (int lane = 0; lane < lanes(); lane++) {
                lanes.add(new Lane<>(lane, fields, grid, settings, results::add));
            }
        }

        @Override
        public boolean hasNext() {
            while (results.isEmpty()) {
                fill();
                if (!results.isEmpty()) {
                    break;
                }
                if (!anyUsed()) {
                    return false;
                }
                if (limit.isPresent()) {
                    passWithin(limit.get());
                } else {
                    pass();
                }
            }
            return true;
        }

        @Override
        public BatchResult<T> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return results.remove();
        }

        /** Gives grids to idle lanes. */
        private void fill() {
            for (Lane<T> lane : lanes) {
                while (lane.isIdle() && results.isEmpty() && inputs.hasNext()) {
                    lane.take(inputs.next(), inPasses);
                }
            }
        }

        private boolean anyUsed() {
            boolean any = false;
            for (int group = 0; group < used.length; group++) {
                used[group] = false;
                for (int i = 0; i < fields.lanesPerGroup(); i++) {
                    used[group] |=
                            !lanes.get(group * fields.lanesPerGroup() + i).isIdle();
                }
                any |= used[group];
            }
            return any;
        }

        /** One pass, after which grids end whose time is over. */
        private void passWithin(Duration time) {
            long start = nanoTime.getAsLong();
            pass();
            inPasses += nanoTime.getAsLong() - start;
            lanes.forEach(lane -> lane.endAfter(time, inPasses));
        }

        /** One pass of all lanes, from one choice of the direction to the next. */
        private void pass() {
            for (int group = 0; group < used.length; group++) {
                if (used[group]) {
                    fields.direction(group);
                }
            }
            lanes.forEach(Lane::directionTaken);
            long start = System.nanoTime();
            fields.multiply(used);
            productNanos.accept(System.nanoTime() - start);
            lanes.forEach(Lane::productTaken);
            for (int group = 0; group < used.length; group++) {
                if (used[group]) {
                    fields.update(group);
                }
            }
            lanes.forEach(Lane::updateTaken);
            for (int group = 0; group < used.length; group++) {
                if (used[group]) {
                    fields.gradient(group);
                }
            }
            lanes.forEach(Lane::gradientTaken);
        }
    }
}
