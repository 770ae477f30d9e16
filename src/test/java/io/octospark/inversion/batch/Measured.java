package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.lang.management.ManagementFactory;
import java.util.List;

/** What the benchmarks measure, and with which clock. Knows nothing of vectors, whose classes take long to load. */
final class Measured {
    private Measured() {}

    /** Time that the processor has spent on this thread. */
    static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** The notebook's case, or a larger one, on the notebook's line of sources and receivers. */
    static Survey survey(boolean notebook) {
        return survey(notebook, 480);
    }

    static Survey survey(boolean notebook, double right) {
        List<Position> line = Survey.line(new Position(-480, -5), new Position(right, -5), notebook ? 20 : 17);
        return new Survey(2000, Survey.frequencies(10, 40, notebook ? 20 : 15), line, line);
    }

    static Grid grid(boolean notebook) {
        return Grid.of(notebook ? 10 : 64, notebook ? 10 : 32, new Position(-300, 0), new Position(300, 300));
    }
}
