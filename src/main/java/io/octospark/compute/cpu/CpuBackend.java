package io.octospark.compute.cpu;

import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.model.Precision;
import io.octospark.physics.BornOperator;
import java.util.List;

/**
 * CPU cores as compute units: whichever core Spark gives the task.
 *
 * @param precision arithmetic of the products
 */
public record CpuBackend(Precision precision) implements Backend {
    /** Name of this kind of unit. */
    public static final String KEY = "cpu";

    private static final long serialVersionUID = 1L;

    @Override
    public String key() {
        return KEY;
    }

    /** Every pass: this is what the other backends are compared with. */
    @Override
    public int residualRefresh() {
        return 1;
    }

    @Override
    public ComputeUnit open(UnitAddress address, List<UnitAddress> others, BornOperator operator, PhaseClock clock) {
        return new CpuComputeUnit(precision, operator, clock);
    }
}
