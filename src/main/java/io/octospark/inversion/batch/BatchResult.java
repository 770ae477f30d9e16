package io.octospark.inversion.batch;

import io.octospark.inversion.Reconstruction;

/**
 * The result of one grid of a batch.
 *
 * @param id that of the input
 * @param reconstruction the result
 */
public record BatchResult<T>(T id, Reconstruction reconstruction) {}
