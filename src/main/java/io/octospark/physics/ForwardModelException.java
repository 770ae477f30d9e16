package io.octospark.physics;

/**
 * A forward model could not compute the fields of a contrast. The message says why, in words for the user: it belongs to
 * the grid, whose inversion ends with it, and not to the program.
 */
public final class ForwardModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ForwardModelException(String message) {
        super(message);
    }
}
