package io.octospark.compute.cpu;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.TimedOperator;
import io.octospark.model.ComplexVector;
import io.octospark.model.Precision;
import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;

/** A CPU core in the place of a compute unit, with the arithmetic of the wanted precision. */
public final class CpuComputeUnit implements ComputeUnit {
    /** Name of this kind of unit. */
    public static final String BACKEND = "cpu";

    private final Precision precision;
    private final PhaseClock clock;

    public CpuComputeUnit(Precision precision, PhaseClock clock) {
        this.precision = precision;
        this.clock = clock;
    }

    @Override
    public LinearOperator load(BornOperator operator) {
        if (precision == Precision.FLOAT64) {
            return new TimedOperator(operator, clock);
        }
        long start = System.nanoTime();
        LinearOperator float32 = new Float32Operator(operator);
        clock.addSince(Phase.ALLOC, start);
        LinearOperator products = precision == Precision.FLOAT32 ? float32 : new MixedOperator(operator, float32);
        return new TimedOperator(products, clock);
    }

    @Override
    public String backend() {
        return BACKEND;
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public void close() {
        // A core has nothing to give back.
    }

    /** Forward products of one operator, update directions of the other. */
    private record MixedOperator(LinearOperator forward, LinearOperator adjoint) implements LinearOperator {
        @Override
        public int rows() {
            return forward.rows();
        }

        @Override
        public int cells() {
            return forward.cells();
        }

        @Override
        public void forward(double[] contrast, ComplexVector data) {
            forward.forward(contrast, data);
        }

        @Override
        public void adjoint(ComplexVector residual, double[] gradient) {
            adjoint.adjoint(residual, gradient);
        }
    }
}
