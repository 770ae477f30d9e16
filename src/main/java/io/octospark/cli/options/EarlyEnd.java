package io.octospark.cli.options;

import io.octospark.run.ReconstructionJob;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.utils.Signals;

/**
 * An early end of a run that keeps all completed work. It comes with the first interrupt from the keyboard (SIGINT),
 * the first request to terminate (SIGTERM), or the deadline. The second signal ends the process immediately.
 */
public final class EarlyEnd implements AutoCloseable {
    /** Exit codes as in shells: 128 plus the number of the signal. */
    private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 130, "TERM", 143);

    private final ReconstructionJob job;
    private final PrintWriter err;
    private final Map<String, Object> before = new LinkedHashMap<>();
    private final Timer timer = new Timer("run deadline", true);
    /** Not guarded by a lock: the first signal may be waiting for a file system when the second comes. */
    private final AtomicReference<Integer> exitCode = new AtomicReference<>();

    public EarlyEnd(ReconstructionJob job, Optional<Duration> deadline, PrintWriter err) {
        this.job = job;
        this.err = err;
        EXIT_CODES.keySet().forEach(signal -> before.put(signal, Signals.register(signal, () -> caught(signal))));
        deadline.ifPresent(time -> timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        String reason = "--run-deadline: " + time.toSeconds() + " s are over";
                        end(ExitCode.FAILED, reason, "a signal ends at once");
                    }
                },
                time.toMillis()));
    }

    private void caught(String signal) {
        int code = EXIT_CODES.get(signal);
        boolean first = end(code, "SIG" + signal, "once more ends at once");
        if (!first) {
            Runtime.getRuntime().halt(code);
        }
    }

    private boolean end(int code, String reason, String more) {
        if (!exitCode.compareAndSet(null, code)) {
            return false;
        }
        err.println(reason + ": grids in flight end and are committed; " + more);
        err.flush();
        job.stop(reason);
        return true;
    }

    /** Returns the exit code of the command if the run ended early. */
    public OptionalInt exitCode() {
        Integer code = exitCode.get();
        return code == null ? OptionalInt.empty() : OptionalInt.of(code);
    }

    @Override
    public void close() {
        timer.cancel();
        before.forEach(Signals::unregister);
    }
}
