package io.octospark.compute.cpu;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.TimedOperator;
import io.octospark.compute.UnitDescription;
import io.octospark.model.ComplexVector;
import io.octospark.model.Precision;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.MatrixOperator;
import java.util.List;
import java.util.OptionalDouble;

/** A CPU core in the place of a compute unit, with the arithmetic of the wanted precision. */
final class CpuComputeUnit implements ComputeUnit {
    private final LinearOperator products;

    CpuComputeUnit(Precision precision, LinearOperator operator, PhaseClock clock) {
        products = new TimedOperator(inPrecision(precision, operator, clock), clock);
    }

    private static LinearOperator inPrecision(Precision precision, LinearOperator operator, PhaseClock clock) {
        if (precision == Precision.FLOAT64) {
            return operator;
        }
        long start = System.nanoTime();
        LinearOperator float32 = new Float32Operator((MatrixOperator) operator);
        clock.addSince(Phase.ALLOC, start);
        return precision == Precision.FLOAT32 ? float32 : new MixedOperator(operator, float32);
    }

    @Override
    public List<LinearOperator> products() {
        return List.of(products);
    }

    @Override
    public UnitDescription description() {
        return CpuBackend.description();
    }

    @Override
    public OptionalDouble busyShare() {
        return OptionalDouble.empty();
    }

    @Override
    public List<DeviceSample> takeSamples() {
        return List.of();
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
