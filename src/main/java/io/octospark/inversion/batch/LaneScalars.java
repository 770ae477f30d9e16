package io.octospark.inversion.batch;

/**
 * The numbers that go between the sweeps over cells and the inversions of the single lanes: one per lane in each array.
 * Which sweep reads and which writes a number, {@link LaneFields} says.
 */
final class LaneScalars {
    final double[] step;
    final double[] previousSteering;
    final double[] steering;
    final double[] gradientScale;
    final double[] regularisationScale;
    final double[] conjugacy;

    final double[] curvature;
    final double[] factorSum;
    final double[] smallestDenominator;
    final double[] weightedNorm;
    final double[] weightSum;
    final double[] gradientNorm;
    final double[] gradientChange;
    final double[] slope;
    final double[] mixed;
    final double[] square;

    LaneScalars(int lanes) {
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
