package io.octospark.compute;

import io.octospark.model.ComplexVector;
import io.octospark.physics.ForwardModel;

/** Times a forward model as {@link Phase#FORWARD}, a call for each frequency. */
public final class TimedForwardModel implements ForwardModel {
    private final ForwardModel model;
    private final PhaseClock clock;

    public TimedForwardModel(ForwardModel model, PhaseClock clock) {
        this.model = model;
        this.clock = clock;
    }

    @Override
    public ComplexVector[] totalFields(int frequency, double[] contrast) {
        long start = System.nanoTime();
        try {
            return model.totalFields(frequency, contrast);
        } finally {
            clock.addSince(Phase.FORWARD, start);
        }
    }
}
