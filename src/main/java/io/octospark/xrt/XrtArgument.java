package io.octospark.xrt;

/**
 * One argument of a kernel, as it is checked when it is set. XRT checks nothing of it: a wrong kind becomes a wrong value
 * without a word.
 *
 * @param name for messages
 * @param kind what the kernel takes
 * @param minimumBytes the least length of a buffer, 0 for a scalar
 */
public record XrtArgument(String name, Kind kind, long minimumBytes) {
    /** What a kernel takes: a buffer in the card's memory, or a scalar of the C type of this name. */
    public enum Kind {
        /** Memory of the card. */
        BUFFER,
        /** 32 bits, signed or not. */
        INT,
        /** 64 bits, signed or not. */
        LONG,
        /** Single precision. */
        FLOAT,
        /** Double precision. */
        DOUBLE
    }

    public XrtArgument {
        if (minimumBytes < 0 || (kind != Kind.BUFFER && minimumBytes > 0)) {
            throw new IllegalArgumentException(name + ": minimumBytes = " + minimumBytes + " for " + kind);
        }
    }

    /** A buffer of at least so many bytes. */
    public static XrtArgument buffer(String name, long minimumBytes) {
        return new XrtArgument(name, Kind.BUFFER, minimumBytes);
    }

    /** A scalar. */
    public static XrtArgument scalar(String name, Kind kind) {
        return new XrtArgument(name, kind, 0);
    }
}
