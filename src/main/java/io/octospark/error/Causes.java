package io.octospark.error;

/** What lies behind an exception, for messages of one line. */
public final class Causes {
    private Causes() {}

    /** The first cause of an exception, itself if it has none. */
    public static Throwable root(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The first cause's message in one line, its class if it has none. */
    public static String message(Throwable e) {
        Throwable root = root(e);
        boolean silent = root.getMessage() == null || root.getMessage().isBlank();
        return silent ? root.toString() : root.getMessage().strip().replaceAll("\\s+", " ");
    }
}
