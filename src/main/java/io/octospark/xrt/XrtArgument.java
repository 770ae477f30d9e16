package io.octospark.xrt;

/**
 * An argument of a kernel: a buffer in the card's memory. XRT checks no argument, so it is checked here when it is set.
 *
 * @param name its name, for messages
 * @param minimumBytes the least length of the buffer
 */
public record XrtArgument(String name, long minimumBytes) {
    public XrtArgument {
        if (minimumBytes < 0) {
            throw new IllegalArgumentException(name + ": minimumBytes = " + minimumBytes);
        }
    }
}
