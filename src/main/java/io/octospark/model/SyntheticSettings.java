package io.octospark.model;

import java.io.Serializable;

/**
 * Settings for synthetic data that are not made by the inversion's own forward model without noise.
 *
 * @param forwardModel the forward model that makes the data
 * @param noise root mean square of the added white noise, relative to that of a grid's data
 * @param seed seed of the noise
 */
public record SyntheticSettings(ForwardModelSettings forwardModel, double noise, long seed) implements Serializable {}
