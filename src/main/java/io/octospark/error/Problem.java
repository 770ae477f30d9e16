package io.octospark.error;

import java.io.Serializable;

/**
 * One thing that is wrong with input, or one failure of a run.
 *
 * @param code the kind of failure
 * @param what the place and what is wrong there, with the value and its limit: {@code place: what is wrong}
 * @param remedy what the reader can do about it
 */
public record Problem(ErrorCode code, String what, String remedy) implements Serializable {
    /** Stands between what is wrong and the remedy. */
    public static final String SEPARATOR = "; ";

    /** Returns what commands print: one line that ends with the remedy. */
    public String message() {
        return what + SEPARATOR + remedy;
    }

    /** Returns the same problem with a place in front, for example the file that holds the faulty key. */
    public Problem at(String place) {
        return new Problem(code, place + ": " + what, remedy);
    }
}
