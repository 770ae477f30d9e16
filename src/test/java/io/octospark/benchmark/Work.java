package io.octospark.benchmark;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What was done in an iteration, for each second of the processor: other programs' share of it does not count. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Work {
    private long done;
    private long startNanos;

    @Setup(Level.Iteration)
    public void start() {
        done = 0;
        startNanos = Processor.nanos();
    }

    public void add(long work) {
        done += work;
    }

    public double perProcessorSecond() {
        return done * 1e9 / (Processor.nanos() - startNanos);
    }
}
