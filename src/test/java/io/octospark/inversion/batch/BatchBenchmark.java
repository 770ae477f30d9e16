package io.octospark.inversion.batch;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.arithmetic.LaneFields;
import io.octospark.benchmark.Work;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.operator.SharedOperators;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.inversion.ConjugateGradientInversion;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.physics.FactoredOperator;
import io.octospark.physics.GramOperator;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.ReducedData;
import io.octospark.physics.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast one core inverts. The figures are {@code perProcessorSecond}: multiplications and additions of the product, grids
 * of the others.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 1, time = 10)
public class BatchBenchmark {
    /** What to measure with. */
    @State(Scope.Thread)
    public static class Case {
        @Param
        public Arithmetic arithmetic;

        @Param
        public Measured size;

        /** Smooth and blocky models in turn. */
        double[] model(int number) {
            ModelKind kind = number % 2 == 0 ? ModelKind.SMOOTH : ModelKind.BLOCKY;
            return new ModelGenerator(kind, size.grid(), 2000, 0.2, 1).contrast(number);
        }
    }

    /** Lanes with directions, and an operator without mirror, as a product of two blocks has fewer flops than it looks. */
    public static class Lanes extends Case {
        Grid grid;
        LaneFields fields;
        int lanes;
        boolean[] used;

        @Setup
        public void make() {
            grid = size.grid();
            BatchOperator operator = new BatchOperator(new GramOperator(grid, size.survey(479)), grid, arithmetic);
            fields = operator.newFields(InversionMode.STANDARD);
            lanes = fields.groups() * fields.lanesPerGroup();
            used = new boolean[fields.groups()];
            Arrays.fill(used, true);
            for (int lane = 0; lane < lanes; lane++) {
                fields.set(LaneFields.Field.DIRECTION, lane, model(lane));
            }
        }
    }

    /** Data to be inverted. */
    public static class Batch extends Case {
        BatchOperator operator;
        List<BatchInput<Integer>> inputs;

        @Setup
        public void make() {
            Grid grid = size.grid();
            GramOperator gram = new GramOperator(grid, size.survey());
            operator = new BatchOperator(gram, grid, arithmetic);
            inputs = new ArrayList<>();
            for (int i = 0; i < size.grids(); i++) {
                double[] model = model(i);
                double[] b = new double[grid.cells()];
                gram.multiply(model, b);
                double normSquared = 0;
                for (int x = 0; x < b.length; x++) {
                    normSquared += model[x] * b[x];
                }
                inputs.add(BatchInput.ofData(i, b, normSquared));
            }
        }
    }

    /** The product of the normal operator with all lanes, and its scalar product with each. */
    @Benchmark
    public void product(Lanes lanes, Work work) {
        lanes.fields.multiply(lanes.used);
        long cells = lanes.grid.cells();
        work.add(2 * cells * cells * lanes.lanes);
    }

    /** Whole inversions, from b and ||p||^2 to the contrasts. */
    @Benchmark
    public void inversion(Batch batch, Work work) {
        BatchInversion inversion = new BatchInversion(Problem.settings(1e-6, 1000), batch.operator, nanos -> {});
        Iterator<BatchResult<Integer>> results = inversion.invert(batch.inputs.iterator());
        while (results.hasNext()) {
            results.next();
            work.add(1);
        }
    }

    /** Measured data of as many grids as are projected at once. */
    public static class Pressures extends Case {
        private static final int GRIDS = 80;

        BatchProjection<Integer> projection;
        double[] pressure;

        @Setup
        public void make() {
            FactoredOperator k = new FactoredOperator(size.grid(), size.survey());
            projection = new BatchProjection<>(k, arithmetic);
            pressure = new SplittableRandom(1).doubles(2L * k.rows(), -1, 1).toArray();
        }
    }

    /** From the complex pressures of grids, which are in memory, to b and ||p||^2. */
    @Benchmark
    public void projection(Pressures pressures, Work work) {
        BatchProjection<Integer> projection = pressures.projection;
        for (int i = 0; i < Pressures.GRIDS; i++) {
            projection.add(i, pressures.pressure, projection.normSquared(pressures.pressure));
            if (projection.isFull() || i == Pressures.GRIDS - 1) {
                work.add(projection.project().size());
            }
        }
    }

    /** One grid with a form of the operator that takes one at a time. */
    @State(Scope.Thread)
    public static class OneGrid {
        @Param({"DENSE", "REDUCED", "FACTORED"})
        public OperatorForm form;

        @Param({"CELLS_10X10", "CELLS_64X32"})
        public Measured size;

        Reduction reduction;
        ReducedData data;

        @Setup
        public void make() {
            reduction = SharedOperators.get(form, size.grid(), size.survey());
            LinearOperator k = reduction.operator();
            ComplexVector p = ComplexVector.zeros(k.rows());
            k.forward(new ModelGenerator(ModelKind.SMOOTH, size.grid(), 2000, 0.2, 1).contrast(0), p);
            data = new ReducedData(p, 0);
        }
    }

    /** Whole inversions of one grid after the other. */
    @Benchmark
    public Reconstruction oneAtATime(OneGrid grid, Work work) {
        work.add(1);
        return new ConjugateGradientInversion(grid.size.grid(), Problem.settings(1e-6, 1000))
                .invert(grid.reduction.operator(), grid.data.data(), grid.data.constant());
    }
}
