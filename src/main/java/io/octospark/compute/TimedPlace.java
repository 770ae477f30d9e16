package io.octospark.compute;

import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;

/** Times the products of a place for operators, and loading them as {@link Phase#UPLOAD}. */
public final class TimedPlace extends TimedOperator implements LoadableOperator {
    private final LoadableOperator place;
    private final PhaseClock clock;

    public TimedPlace(LoadableOperator place, PhaseClock clock) {
        super(place, clock);
        this.place = place;
        this.clock = clock;
    }

    @Override
    public void load(RowOperator operator) {
        long start = System.nanoTime();
        place.load(operator);
        clock.addSince(Phase.UPLOAD, start);
    }
}
