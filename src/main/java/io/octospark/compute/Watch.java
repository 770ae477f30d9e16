package io.octospark.compute;

import io.octospark.physics.ForwardModel;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An observer of the products with an operator and of a forward model: it is told before and after each call, and can
 * refuse calls. Watches can be nested; the outermost is asked first.
 */
public interface Watch {
    /** Called before each call. Throws to refuse the call, which then does not happen and has no end. */
    default void before() {}

    /**
     * Called at the end of each call that {@link #before} let through.
     *
     * @param phase what the call was for
     * @param nanos how long it took
     * @param failure what it threw
     */
    default void after(Phase phase, long nanos, Optional<RuntimeException> failure) {}

    /** Returns the operator with its products watched. */
    default LinearOperator on(LinearOperator operator) {
        return new WatchedOperator(operator, this);
    }

    /** Returns the slot with its products and its loads watched. */
    default LoadableOperator on(LoadableOperator slot) {
        return new WatchedOperator.Slot(slot, this);
    }

    /** Returns the forward model with its total fields watched. */
    default ForwardModel on(ForwardModel model) {
        return (frequency, contrast) -> during(Phase.FORWARD, () -> model.totalFields(frequency, contrast));
    }

    /** Makes a call under this watch and returns its result. */
    default <T> T during(Phase phase, Supplier<T> call) {
        before();
        long start = System.nanoTime();
        Optional<RuntimeException> failure = Optional.empty();
        try {
            return call.get();
        } catch (RuntimeException e) {
            failure = Optional.of(e);
            throw e;
        } finally {
            after(phase, System.nanoTime() - start, failure);
        }
    }
}
