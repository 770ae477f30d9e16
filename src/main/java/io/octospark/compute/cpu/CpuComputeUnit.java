package io.octospark.compute.cpu;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.TimedOperator;
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

/** A CPU core in the place of a compute unit, with the arithmetic of the wanted precision. */
final class CpuComputeUnit implements ComputeUnit {
    private final List<LinearOperator> products;
    private final List<LoadableOperator> places;

    private CpuComputeUnit(List<LinearOperator> products, List<LoadableOperator> places) {
        this.products = products;
        this.places = places;
    }

    /** A unit with an operator. */
    static CpuComputeUnit with(Precision precision, LinearOperator operator, PhaseClock clock) {
        LinearOperator inPrecision = precision == Precision.FLOAT64
                ? operator
                : inFloat32(precision, (RowOperator) operator, operator, clock);
        return new CpuComputeUnit(List.of(new TimedOperator(inPrecision, clock)), List.of());
    }

    /** A unit for the operators of grids: their matrices, or, with the factored form, what they are. */
    static CpuComputeUnit forOwn(Precision precision, OperatorForm form, PhaseClock clock) {
        return new CpuComputeUnit(List.of(), List.of(new Place(precision, form, clock)));
    }

    private static LinearOperator inFloat32(
            Precision precision, RowOperator operator, LinearOperator inFloat64, PhaseClock clock) {
        long start = System.nanoTime();
        LinearOperator float32 = new Float32Operator(operator);
        clock.addSince(Phase.ALLOC, start);
        return precision == Precision.FLOAT32 ? float32 : new MixedOperator(inFloat64, float32);
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

    /** The operator that was loaded last. */
    private static final class Place implements LoadableOperator {
        private final Precision precision;
        private final OperatorForm form;
        private final PhaseClock clock;
        private LinearOperator loaded;

        Place(Precision precision, OperatorForm form, PhaseClock clock) {
            this.precision = precision;
            this.form = form;
            this.clock = clock;
        }

        @Override
        public void load(RowOperator operator) {
            // The one before is not needed while the next is made.
            loaded = null;
            loaded = new TimedOperator(inPrecision(operator), clock);
        }

        private LinearOperator inPrecision(RowOperator operator) {
            if (precision != Precision.FLOAT64) {
                return inFloat32(precision, operator, operator, clock);
            }
            if (form == OperatorForm.FACTORED) {
                return operator;
            }
            long start = System.nanoTime();
            LinearOperator matrix = MatrixOperator.of(operator);
            clock.addSince(Phase.ALLOC, start);
            return matrix;
        }

        @Override
        public int rows() {
            return loaded.rows();
        }

        @Override
        public int cells() {
            return loaded.cells();
        }

        @Override
        public void forward(double[] contrast, ComplexVector data) {
            loaded.forward(contrast, data);
        }

        @Override
        public void adjoint(ComplexVector residual, double[] gradient) {
            loaded.adjoint(residual, gradient);
        }
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
