package io.octospark.fuzz;

import com.sun.management.ThreadMXBean;
import io.octospark.error.InvalidInputException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Feeds a reader with damaged input. Whatever it gets, it returns, or throws {@link InvalidInputException} with problems
 * of one short line each; in bounded time, and with memory bounded by the input's size.
 *
 * <p>An execution depends on the seed and its number alone, so that a finding is repeated by {@code
 * -Doctospark.fuzz.seed=SEED -Doctospark.fuzz.first=NUMBER -Doctospark.fuzz.executions=1}.
 */
public final class Fuzz {
    /** Far more than a reader takes for these inputs; whatever takes longer is tried again, as the host may be busy. */
    private static final long LIMIT_NANOS = 2_000_000_000L;

    private static final int TRIES = 3;
    private static final long ALLOCATED_BYTES = 64L << 20;
    private static final int ALLOCATED_PER_BYTE = 50;
    private static final int PROBLEM_CHARACTERS = 500;
    private static final int MAX_PROBLEMS = 101;
    private static final int MAX_FINDINGS = 20;
    private static final int SHOWN_BYTES = 300;
    private static final long DEFAULT_SEED = 20250601;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzz() {}

    /**
     * What came of it.
     *
     * @param read inputs that were read
     * @param refused inputs that were not
     */
    public record Outcome(long read, long refused) {}

    /** What was wrong with an execution. */
    private static final class Finding extends Exception {
        private static final long serialVersionUID = 1L;

        Finding(String what, Throwable cause) {
            super(what, cause);
        }
    }

    /** Measured over all executions. */
    private static final class Extremes {
        private long nanos;
        private long allocated;
        private int characters;
    }

    /**
     * Runs a reader on as many inputs as the system property {@code octospark.fuzz.executions} says.
     *
     * @param executions how many without that property
     * @param inputs makes the input of an execution
     * @param reader reads it
     * @throws AssertionError with all kinds of findings
     */
    public static Outcome run(
            String name,
            int executions,
            Function<SplittableRandom, byte[]> inputs,
            Function<byte[], Callable<?>> reader) {
        long seed = Long.getLong("octospark.fuzz.seed", DEFAULT_SEED);
        long first = Long.getLong("octospark.fuzz.first", 0);
        long count = Long.getLong("octospark.fuzz.executions", executions);
        Map<String, AssertionError> findings = new LinkedHashMap<>();
        Extremes extremes = new Extremes();
        long read = 0;
        long started = System.nanoTime();
        for (long i = first; i < first + count && findings.size() < MAX_FINDINGS; i++) {
            byte[] input = inputs.apply(new SplittableRandom(seed * 0x9e3779b97f4a7c15L + i));
            try {
                read += isRead(input, reader.apply(input), extremes) ? 1 : 0;
            } catch (Finding e) {
                AssertionError error = new AssertionError(
                        "%s, seed %d, execution %d: %s; %d bytes: %s"
                                .formatted(name, seed, i, e.getMessage(), input.length, shown(input)),
                        e.getCause());
                findings.putIfAbsent(kind(e), error);
            }
        }
        if (Long.getLong("octospark.fuzz.executions") != null) {
            double seconds = (System.nanoTime() - started) / 1e9;
            System.out.printf(
                    "%s: seed %d, %d executions, %.0f/s, %d read; at most %.3f s, %.1f MB, %d characters; %d findings%n",
                    name,
                    seed,
                    count,
                    count / seconds,
                    read,
                    extremes.nanos / 1e9,
                    extremes.allocated / 1e6,
                    extremes.characters,
                    findings.size());
        }
        if (!findings.isEmpty()) {
            List<AssertionError> all = new ArrayList<>(findings.values());
            AssertionError error = all.remove(0);
            all.forEach(error::addSuppressed);
            throw error;
        }
        return new Outcome(read, count - read);
    }

    private static boolean isRead(byte[] input, Callable<?> reading, Extremes extremes) throws Finding {
        boolean read = false;
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
            long started = System.nanoTime();
            try {
                reading.call();
                read = true;
            } catch (InvalidInputException e) {
                check(e, extremes);
            } catch (Throwable e) {
                throw new Finding(e.getClass().getSimpleName(), e);
            }
            long nanos = System.nanoTime() - started;
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
            extremes.allocated = Math.max(extremes.allocated, allocated);
            if (allocated > ALLOCATED_BYTES + (long) ALLOCATED_PER_BYTE * input.length) {
                throw new Finding("took %d bytes of memory".formatted(allocated), null);
            }
            if (nanos <= LIMIT_NANOS) {
                extremes.nanos = Math.max(extremes.nanos, nanos);
                return read;
            }
        }
        throw new Finding("took more than %d s".formatted(LIMIT_NANOS / 1_000_000_000), null);
    }

    private static void check(InvalidInputException e, Extremes extremes) throws Finding {
        if (e.problems().isEmpty() || e.problems().size() > MAX_PROBLEMS) {
            throw new Finding(e.problems().size() + " problems", e);
        }
        for (String problem : e.messages()) {
            extremes.characters = Math.max(extremes.characters, problem.length());
            if (problem.length() > PROBLEM_CHARACTERS) {
                throw new Finding("a problem of " + problem.length() + " characters", e);
            }
            if (!isOneLine(problem)) {
                throw new Finding("a problem that is not one printable line", e);
            }
            if (problem.isBlank() || problem.matches(".*\\b(java|javax|com\\.fasterxml|org\\.apache)\\.[a-z].*")) {
                throw new Finding("a problem in words of the program", e);
            }
        }
    }

    /** Whether a terminal shows the text as it stands. */
    static boolean isOneLine(String text) {
        return text.codePoints().noneMatch(c -> switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            // Those that join letters are part of words.
            case Character.FORMAT -> c != 0x200c && c != 0x200d;
            default -> false;
        });
    }

    /** Findings of one kind are reported once. */
    private static String kind(Finding finding) {
        Throwable cause = finding.getCause();
        String what = finding.getMessage().replaceAll("\\d+", "N");
        if (cause == null || cause.getStackTrace().length == 0) {
            return what;
        }
        for (StackTraceElement frame : cause.getStackTrace()) {
            if (frame.getClassName().startsWith("io.octospark.")) {
                return what + " in " + frame;
            }
        }
        return what + " in " + cause.getStackTrace()[0];
    }

    private static String shown(byte[] input) {
        StringBuilder shown = new StringBuilder();
        String text = new String(input, 0, Math.min(input.length, SHOWN_BYTES), StandardCharsets.ISO_8859_1);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c <= '~' && c != '\\' ? String.valueOf(c) : "\\x%02x".formatted((int) c));
        }
        return shown.toString();
    }
}
