package io.octospark.cli.options;

import io.octospark.error.Messages;
import io.octospark.run.RunProgress;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Displays of a run's progress in grids: a bar on a terminal, otherwise a line every few seconds. */
public final class ProgressDisplay {
    private ProgressDisplay() {}

    /** Returns the display for standard error; standard output is reserved for results. */
    public static RunProgress onStandardError() {
        // Java can't ask this about standard error alone; the launcher can.
        boolean terminal = "true".equals(System.getenv("OCTOSPARK_TERMINAL"));
        return terminal ? new Bar() : new Lines(System.err, Duration.ofSeconds(10));
    }

    private static final class Bar implements RunProgress {
        private ProgressBar bar;

        @Override
        public void start(String runId, long grids, int units) {
            bar = new ProgressBarBuilder()
                    .setTaskName("grids")
                    .setInitialMax(grids)
                    .setStyle(ProgressBarStyle.ASCII)
                    .showSpeed()
                    .build();
        }

        @Override
        public void done(long grids) {
            bar.stepTo(grids);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /** Plain lines, at least an interval apart. */
    static final class Lines implements RunProgress {
        private final PrintStream out;
        private final long intervalNanos;
        private long started;
        private long lastLine;
        private long total;

        Lines(PrintStream out, Duration interval) {
            this.out = out;
            intervalNanos = interval.toNanos();
        }

        @Override
        public void start(String runId, long grids, int units) {
            started = System.nanoTime();
            lastLine = started;
            total = grids;
            out.printf("run %s: %s on %s%n", runId, Messages.count(grids, "grid"), Messages.count(units, "unit"));
        }

        @Override
        public void done(long grids) {
            long now = System.nanoTime();
            if (grids < total && now - lastLine < intervalNanos) {
                return;
            }
            lastLine = now;
            double perSecond = grids / Math.max(1e-9, (now - started) / 1e9);
            out.printf(
                    "%d of %d grids, %.1f grids/s, %.0f s left%n",
                    grids, total, perSecond, (total - grids) / perSecond);
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
