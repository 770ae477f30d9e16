package io.octospark.inversion.batch;

/**
 * All that the inversion of a grid needs of its data p.
 *
 * @param values b = Re(K^H p), one number per cell
 * @param normSquared ||p||^2
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Projected(double[] values, double normSquared) {}
