package io.octospark.arithmetic;

/**
 * The numbers that go between the sweeps over cells and the inversions of the single lanes: one per lane in each array.
 * {@link LaneFields} says which sweep reads and which writes a number.
 */
public final class LaneScalars {
    public final double[] step;
    public final double[] previousSteering;
    public final double[] steering;
    public final double[] gradientScale;
    public final double[] regularisationScale;
    public final double[] conjugacy;

    public final double[] curvature;
    public final double[] factorSum;
    public final double[] smallestDenominator;
    public final double[] weightedNorm;
    public final double[] weightSum;
    public final double[] gradientNorm;
    public final double[] gradientChange;
    public final double[] slope;
    public final double[] mixed;
    public final double[] square;

    public LaneScalars(int lanes) {
        step = new double[lanes];
        previousSteering = new double[lanes];
        steering = new double[lanes];
        gradientScale = new double[lanes];
        regularisationScale = new double[lanes];
        conjugacy = new double[lanes];
        curvature = new double[lanes];
        factorSum = new double[lanes];
        smallestDenominator = new double[lanes];
        weightedNorm = new double[lanes];
        weightSum = new double[lanes];
        gradientNorm = new double[lanes];
        gradientChange = new double[lanes];
        slope = new double[lanes];
        mixed = new double[lanes];
        square = new double[lanes];
    }
}
