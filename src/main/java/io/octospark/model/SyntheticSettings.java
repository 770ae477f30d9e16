package io.octospark.model;

import java.io.Serializable;

/**
 * How the data of models are made where it is not by the inversion's own forward model and without noise.
 *
 * @param forwardModel the forward model that makes them
 * @param noise root mean square of the white noise that is added, relative to that of a grid's data
 * @param seed of the noise
 */
public record SyntheticSettings(ForwardModelSettings forwardModel, double noise, long seed) implements Serializable {}
