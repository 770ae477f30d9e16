package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.physics.GramOperator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long it takes to make an operator, first thing in a JVM. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
@Fork(5)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class SetupBenchmark {
    @Param
    public Arithmetic arithmetic;

    @Param({"10x10x20x20x20", "64x32x15x17x17"})
    public String size;

    @Benchmark
    public Object operator() {
        boolean notebook = size.startsWith("10x10");
        Grid grid = BatchBenchmark.grid(notebook);
        return arithmetic.operator(new GramOperator(grid, BatchBenchmark.survey(notebook)), grid);
    }
}
