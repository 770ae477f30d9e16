package io.octospark.physics;

import io.octospark.model.ComplexVector;

/**
 * Data d after a {@link Reduction}.
 *
 * @param data d', as long as the reduced operator has rows
 * @param constant the part of every misfit {@code ||d - K chi||^2} that no contrast changes, at least 0
 */
public record ReducedData(ComplexVector data, double constant) {}
