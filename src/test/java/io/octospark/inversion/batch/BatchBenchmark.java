package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.model.dataset.ModelGenerator;
import io.octospark.model.dataset.ModelKind;
import io.octospark.physics.GramOperator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast one core inverts, and what it could do at most. {@code flops} and {@code grids} are the figures; each is per
 * second.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 10, time = 2)
public class BatchBenchmark {
    /** Multiplications and additions of a benchmark's calls. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Flops {
        public long flops;

        @Setup(Level.Iteration)
        public void reset() {
            flops = 0;
        }
    }

    /** Grids inverted. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Grids {
        public long grids;
        public long passes;

        @Setup(Level.Iteration)
        public void reset() {
            grids = 0;
            passes = 0;
        }
    }

    /** The notebook's case, or a larger one, on the notebook's line of sources and receivers. */
    static Survey survey(boolean notebook) {
        int points = notebook ? 20 : 17;
        List<Position> line = Survey.line(new Position(-480, -5), new Position(480, -5), points);
        return new Survey(2000, Survey.frequencies(10, 40, notebook ? 20 : 15), line, line);
    }

    static Grid grid(boolean notebook) {
        return Grid.of(notebook ? 10 : 64, notebook ? 10 : 32, new Position(-300, 0), new Position(300, 300));
    }

    /** An operator in each arithmetic and of each size. */
    @State(Scope.Thread)
    public static class Operator {
        @Param
        public Arithmetic arithmetic;

        @Param({"10x10x20x20x20", "64x32x15x17x17"})
        public String size;

        Grid grid;
        GramOperator gram;
        BatchOperator operator;
        LaneFields fields;
        int lanes;
        boolean[] used;
        List<BatchInput<Integer>> inputs;

        @Setup
        public void make() {
            boolean notebook = size.startsWith("10x10");
            grid = grid(notebook);
            gram = new GramOperator(grid, survey(notebook));
            operator = arithmetic.operator(gram, grid);
            fields = operator.newFields(InversionMode.STANDARD);
            lanes = fields.groups() * fields.lanesPerGroup();
            used = new boolean[fields.groups()];
            Arrays.fill(used, true);
            for (int lane = 0; lane < lanes; lane++) {
                fields.set(LaneField.DIRECTION, lane, model(lane));
            }
            inputs = new ArrayList<>();
            for (int i = 0; i < (notebook ? 4096 : 128); i++) {
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

        /** Smooth and blocky models in turn. */
        private double[] model(int number) {
            ModelKind kind = number % 2 == 0 ? ModelKind.SMOOTH : ModelKind.BLOCKY;
            return new ModelGenerator(kind, grid, 2000, 0.2, 1).contrast(number);
        }
    }

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** Fused multiplications and additions in registers: what this core could do at most. */
    @Benchmark
    public double peak(Flops flops) {
        DoubleVector factor = DoubleVector.broadcast(SPECIES, 1.0000001);
        DoubleVector term = DoubleVector.broadcast(SPECIES, 1e-9);
        DoubleVector a = term;
        DoubleVector b = term;
        DoubleVector c = term;
        DoubleVector d = term;
        DoubleVector e = term;
        DoubleVector f = term;
        DoubleVector g = term;
        DoubleVector h = term;
        DoubleVector i = term;
        DoubleVector j = term;
        int rounds = 10_000;
        for (int n = 0; n < rounds; n++) {
            a = a.fma(factor, term);
            b = b.fma(term, factor);
            c = c.fma(factor, factor);
            d = d.fma(term, term);
            e = factor.fma(e, term);
            f = term.fma(f, factor);
            g = factor.fma(g, factor);
            h = term.fma(h, term);
            i = i.fma(factor, a);
            j = j.fma(term, b);
        }
        flops.flops += 2L * 10 * rounds * SPECIES.length();
        return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).lane(0);
    }

    /** The product of the normal operator with all lanes. */
    @Benchmark
    public void product(Operator operator, Flops flops) {
        operator.fields.multiply(operator.used);
        long cells = operator.grid.cells();
        flops.flops += 2 * cells * cells * operator.lanes;
    }

    /** Whole inversions, from b and ||p||^2 to the contrasts. */
    @Benchmark
    public void inversion(Operator operator, Grids grids) {
        BatchInversion inversion = new BatchInversion(Problem.settings(1e-6, 1000), operator.operator, nanos -> {});
        Iterator<BatchResult<Integer>> results = inversion.invert(operator.inputs.iterator());
        while (results.hasNext()) {
            grids.grids++;
            grids.passes += results.next().reconstruction().iterations();
        }
    }
}
