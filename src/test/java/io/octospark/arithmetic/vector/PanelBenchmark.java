package io.octospark.arithmetic.vector;

import io.octospark.arithmetic.SquareMatrix;
import io.octospark.benchmark.Work;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast one core multiplies with vectors, and what it could do at most. The figures are multiplications and additions
 * {@code perProcessorSecond}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 1, time = 10)
public class PanelBenchmark {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** Fused multiplications and additions in registers: what this core could do at most. */
    @Benchmark
    @CompilerControl(CompilerControl.Mode.DONT_INLINE) // inlined into the loop that counts, it is slower
    public double peak(Work work) {
        DoubleVector factor = DoubleVector.broadcast(SPECIES, 1.0000001);
        DoubleVector term = DoubleVector.broadcast(SPECIES, 1e-9);
        DoubleVector a = term.add(0);
        DoubleVector b = term.add(1);
        DoubleVector c = term.add(2);
        DoubleVector d = term.add(3);
        DoubleVector e = term.add(4);
        DoubleVector f = term.add(5);
        DoubleVector g = term.add(6);
        DoubleVector h = term.add(7);
        DoubleVector i = term.add(8);
        DoubleVector j = term.add(9);
        DoubleVector k = term.add(10);
        DoubleVector l = term.add(11);
        int rounds = 10_000;
        for (int round = 0; round < rounds; round++) {
            a = a.fma(factor, term);
            b = b.fma(factor, term);
            c = c.fma(factor, term);
            d = d.fma(factor, term);
            e = e.fma(factor, term);
            f = f.fma(factor, term);
            g = g.fma(factor, term);
            h = h.fma(factor, term);
            i = i.fma(factor, term);
            j = j.fma(factor, term);
            k = k.fma(factor, term);
            l = l.fma(factor, term);
        }
        work.add(2L * 12 * rounds * SPECIES.length());
        return a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l)
                .lane(0);
    }

    /** A matrix of 100 cells and two groups of lanes. */
    @State(Scope.Thread)
    public static class Matrix {
        private static final int CELLS = 100;

        final VectorMatrix matrix = new VectorMatrix(new SquareMatrix() {
            @Override
            public int cells() {
                return CELLS;
            }

            @Override
            public double entry(int row, int column) {
                return 1.0 / (1 + row + column);
            }
        });
        final int[] starts = {0, matrix.paddedCells() * SPECIES.length()};
        final double[] vectors = new double[2 * starts[1]];
        final double[] products = new double[2 * starts[1]];
    }

    /** The innermost loops of the product alone. */
    @Benchmark
    public void rows(Matrix matrix, Work work) {
        matrix.matrix.multiply(matrix.vectors, matrix.products, matrix.starts, 0, 0);
        work.add(2L * Matrix.CELLS * Matrix.CELLS * 2 * SPECIES.length());
    }
}
