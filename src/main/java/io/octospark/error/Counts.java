package io.octospark.error;

/** Numbers of things in messages. */
public final class Counts {
    private Counts() {}

    /** {@code 1 unit}, {@code 2 units}, {@code 3 passes}. */
    public static String of(long count, String noun) {
        String plural = noun + (noun.endsWith("s") ? "es" : "s");
        return count + " " + (count == 1 ? noun : plural);
    }
}
