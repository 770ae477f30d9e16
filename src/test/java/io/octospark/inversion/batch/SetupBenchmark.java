package io.octospark.inversion.batch;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.benchmark.Processor;
import io.octospark.model.Grid;
import io.octospark.physics.GramOperator;
import java.util.concurrent.TimeUnit;
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
import org.slf4j.LoggerFactory;

/**
 * How long it takes to make an operator, first thing in a JVM. The figure that other programs do not disturb is
 * {@code processorMilliseconds}, of the thread that makes it.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class SetupBenchmark {
    /** The thread's time. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Time {
        private long startNanos;

        @Setup(Level.Iteration)
        public void start() {
            // Has long been there in an executor, and takes longer than the operator.
            LoggerFactory.getLogger(SetupBenchmark.class);
            startNanos = Processor.nanos();
        }

        public double processorMilliseconds() {
            return (Processor.nanos() - startNanos) / 1e6;
        }
    }

    @Param
    public Arithmetic arithmetic;

    @Param
    public Measured size;

    @Benchmark
    public Object operator(Time time) {
        Grid grid = size.grid();
        return new BatchOperator(new GramOperator(grid, size.survey()), grid, arithmetic);
    }
}
