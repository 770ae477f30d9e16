package io.octospark.error;

import java.io.Serializable;

/**
 * One thing that is wrong with input.
 *
 * @param code what kind of failure it is
 * @param message one line with the place, the value, the limit and the remedy
 */
public record Problem(ErrorCode code, String message) implements Serializable {}
