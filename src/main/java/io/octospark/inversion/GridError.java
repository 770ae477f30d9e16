package io.octospark.inversion;

import io.octospark.error.ErrorCode;

/**
 * Why the inversion of one grid failed.
 *
 * @param code the kind of failure
 * @param message one line with the place and the value
 */
public record GridError(ErrorCode code, String message) {}
