package io.octospark.compute.xrt;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.UnitDescription;
import io.octospark.config.AcceleratorSettings;
import io.octospark.error.ErrorCode;
import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtTarget;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A compute unit of a card, lent to a task by the {@link CardPool}. Products of a unit that was closed, or that has
 * failed, are refused; closing waits for the calls under way, within their time limit.
 */
final class XrtComputeUnit implements ComputeUnit {
    private final CardPool pool;
    private final UnitAddress address;
    private final UnitDescription description;
    private final UnitMeter meter;
    private final List<LinearOperator> products;
    private final List<LoadableOperator> places;
    private int active;
    private boolean closed;
    private XrtException failure;

    /** Calls were not over long after they should have been. */
    private boolean stuck;

    XrtComputeUnit(
            CardPool pool,
            UnitAddress address,
            String card,
            String xclbinUuid,
            CardUnit.Access access,
            UnitMeter meter) {
        this.pool = pool;
        this.address = address;
        this.meter = meter;
        products = access.products().stream().<LinearOperator>map(Lent::new).toList();
        places = access.places().stream().<LoadableOperator>map(LentPlace::new).toList();
        description = new UnitDescription(pool.backend().key(), card, address.bitstream(), xclbinUuid, address.cu());
    }

    @Override
    public List<LinearOperator> products() {
        return products;
    }

    @Override
    public List<LoadableOperator> places() {
        return places;
    }

    @Override
    public UnitDescription description() {
        return description;
    }

    @Override
    public OptionalDouble busyShare() {
        return meter.busyShare();
    }

    @Override
    public List<DeviceSample> takeSamples() {
        return pool.takeSamples(address);
    }

    @Override
    public void close() {
        meter.close();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            awaitIdle();
            if (active > 0 && failure == null) {
                stuck = true;
                failure = refusal("still executes after the task has ended");
            }
        }
        pool.giveBack(address, failure, stuck);
    }

    private void awaitIdle() {
        AcceleratorSettings settings = pool.backend().settings();
        long limit = settings.timeLimit().toNanos() * (settings.gridsInFlight() + 1);
        long start = System.nanoTime();
        boolean interrupted = false;
        while (active > 0 && failure == null) {
            long left = (limit - (System.nanoTime() - start)) / 1_000_000;
            if (left <= 0) {
                break;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void enter() {
        if (closed || failure != null) {
            throw refusal(closed ? "the task has given it back" : failure.getMessage());
        }
        active++;
    }

    private synchronized void exit(XrtException newFailure) {
        active--;
        if (failure == null) {
            failure = newFailure;
        }
        notifyAll();
    }

    private XrtException refusal(String why) {
        return XrtTarget.card(description.device())
                .unit(address.dotprod().name())
                .failure(ErrorCode.UNIT_NOT_USABLE, "product", "the unit is not usable: " + why, "use another unit");
    }

    /** The products, while the unit is lent. */
    private class Lent implements LinearOperator {
        private final LinearOperator operator;

        Lent(LinearOperator operator) {
            this.operator = operator;
        }

        @Override
        public int rows() {
            return operator.rows();
        }

        @Override
        public int cells() {
            return operator.cells();
        }

        @Override
        public void forward(double[] contrast, ComplexVector data) {
            during(() -> operator.forward(contrast, data));
        }

        @Override
        public void adjoint(ComplexVector residual, double[] gradient) {
            during(() -> operator.adjoint(residual, gradient));
        }

        final void during(Runnable product) {
            enter();
            XrtException failed = null;
            try {
                product.run();
            } catch (XrtException e) {
                failed = e;
                throw e;
            } finally {
                exit(failed);
            }
        }
    }

    /** A place for operators, while the unit is lent. */
    private final class LentPlace extends Lent implements LoadableOperator {
        private final LoadableOperator place;

        LentPlace(LoadableOperator place) {
            super(place);
            this.place = place;
        }

        @Override
        public void load(RowOperator operator) {
            during(() -> place.load(operator));
        }
    }
}
