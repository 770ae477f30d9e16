package io.octospark.compute.xrt;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.Watch;
import io.octospark.config.AcceleratorSettings;
import io.octospark.error.ErrorCode;
import io.octospark.physics.LinearOperator;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtTarget;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/**
 * A compute unit of a card, lent to a task by the {@link CardPool}. It refuses products once it was closed or has failed.
 * Closing waits for the calls under way, within their time limit.
 */
final class XrtComputeUnit<P extends LinearOperator> implements ComputeUnit<P> {
    private final CardPool pool;
    private final UnitAddress address;
    private final UnitDescription description;
    private final UnitMeter meter;
    private final List<P> products;
    private final Loan loan = new Loan();
    private int active;
    private boolean closed;
    private XrtException failure;

    /** Whether calls were still under way after their time limit. */
    private boolean stuck;

    /** @param watched puts a watch on products, {@code Watch::on} */
    XrtComputeUnit(
            CardPool pool,
            UnitAddress address,
            ProgrammedCard card,
            UnitMeter meter,
            List<P> products,
            BiFunction<Watch, P, P> watched) {
        this.pool = pool;
        this.address = address;
        this.meter = meter;
        description = new UnitDescription(
                pool.backend().key(), card.name(), address.bitstream(), card.xclbinUuid(), address.cu());
        this.products =
                products.stream().map(product -> watched.apply(loan, product)).toList();
    }

    @Override
    public List<P> products() {
        return products;
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

    /** Lets products through while the unit is lent and has not failed. */
    private final class Loan implements Watch {
        @Override
        public void before() {
            synchronized (XrtComputeUnit.this) {
                if (closed || failure != null) {
                    throw refusal(closed ? "the task has given it back" : failure.getMessage());
                }
                active++;
            }
        }

        @Override
        public void after(Phase phase, long nanos, Optional<RuntimeException> thrown) {
            synchronized (XrtComputeUnit.this) {
                active--;
                if (failure == null && thrown.orElse(null) instanceof XrtException ofUnit) {
                    failure = ofUnit;
                }
                XrtComputeUnit.this.notifyAll();
            }
        }
    }

    private XrtException refusal(String why) {
        return XrtTarget.card(description.device())
                .unit(address.dotprod().name())
                .failure(ErrorCode.UNIT_NOT_USABLE, "product", "the unit is not usable: " + why, "use another unit");
    }
}
