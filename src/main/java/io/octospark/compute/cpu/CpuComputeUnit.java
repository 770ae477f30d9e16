package io.octospark.compute.cpu;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.OperatorSlot;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.model.ComplexVector;
import io.octospark.model.Precision;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.MatrixOperator;
import io.octospark.physics.RowOperator;
import java.util.List;
import java.util.OptionalDouble;

/** A CPU core in the place of a compute unit: one grid at a time, with arithmetic of the given precision. */
record CpuComputeUnit<P extends LinearOperator>(List<P> products) implements ComputeUnit<P> {
    /** Returns a unit with an operator. */
    static CpuComputeUnit<LinearOperator> with(Precision precision, RowOperator operator, PhaseClock clock) {
        LinearOperator products = precision == Precision.FLOAT64 ? operator : inFloat32(precision, operator, clock);
        return new CpuComputeUnit<>(List.of(clock.on(products)));
    }

    /** Returns a unit for the operators of grids, which become matrices unless the form is the factored one. */
    static CpuComputeUnit<LoadableOperator> withSlot(Precision precision, OperatorForm form, PhaseClock clock) {
        return new CpuComputeUnit<>(
                List.of(new OperatorSlot(operator -> clock.on(loaded(precision, form, operator, clock)))));
    }

    private static LinearOperator loaded(
            Precision precision, OperatorForm form, RowOperator operator, PhaseClock clock) {
        if (precision != Precision.FLOAT64) {
            return inFloat32(precision, operator, clock);
        }
        if (form == OperatorForm.FACTORED) {
            return operator;
        }
        long start = System.nanoTime();
        LinearOperator matrix = MatrixOperator.of(operator);
        clock.addSince(Phase.ALLOC, start);
        return matrix;
    }

    private static LinearOperator inFloat32(Precision precision, RowOperator operator, PhaseClock clock) {
        long start = System.nanoTime();
        LinearOperator float32 = new Float32Operator(operator);
        clock.addSince(Phase.ALLOC, start);
        return precision == Precision.FLOAT32 ? float32 : new MixedOperator(operator, float32);
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
