package io.octospark.inversion.batch;

import io.octospark.inversion.Reconstruction;

/**
 * What the inversion of one grid of a batch found.
 *
 * @param id that of the input
 * @param reconstruction the result
 */
public record BatchResult<T>(T id, Reconstruction reconstruction) {}
