package io.octospark.model;

/**
 * The model that non-linear inversions start from.
 *
 * @param data path or URI of its data set of one grid
 * @param dataKind kind of its numbers: contrasts or velocities
 */
public record StartSettings(String data, DataKind dataKind) {}
