package io.octospark.compute;

import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;

/** An operator whose products a {@link Watch} observes as {@link Phase#DOTPROD} and {@link Phase#UPDATE}. */
class WatchedOperator implements LinearOperator {
    private final LinearOperator operator;
    private final Watch watch;

    WatchedOperator(LinearOperator operator, Watch watch) {
        this.operator = operator;
        this.watch = watch;
    }

    @Override
    public final int rows() {
        return operator.rows();
    }

    @Override
    public final int cells() {
        return operator.cells();
    }

    @Override
    public final void forward(double[] contrast, ComplexVector data) {
        during(Phase.DOTPROD, () -> operator.forward(contrast, data));
    }

    @Override
    public final void adjoint(ComplexVector residual, double[] gradient) {
        during(Phase.UPDATE, () -> operator.adjoint(residual, gradient));
    }

    final void during(Phase phase, Runnable call) {
        watch.during(phase, () -> {
            call.run();
            return null;
        });
    }

    /** A slot whose loads are observed, too, as {@link Phase#UPLOAD}. */
    static final class Slot extends WatchedOperator implements LoadableOperator {
        private final LoadableOperator slot;

        Slot(LoadableOperator slot, Watch watch) {
            super(slot, watch);
            this.slot = slot;
        }

        @Override
        public void load(RowOperator operator) {
            during(Phase.UPLOAD, () -> slot.load(operator));
        }
    }
}
