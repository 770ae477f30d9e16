package io.octospark.inversion;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import java.util.Arrays;

/**
 * Multiplicative regularisation by the weighted L2 norm of the contrast's gradient, which prefers piecewise smooth
 * contrasts (van den Berg, Abubakar and Fokkema, <em>Multiplicative regularization for contrast profile inversion</em>,
 * Radio Science 38(2), 2003). The factor of the cost is
 *
 * <pre>F_R = V/|D| sum (|grad chi|^2 + delta') / (|grad chi_n|^2 + delta')</pre>
 *
 * with the contrast chi_n at the top of the pass, the steering parameter delta' of the pass before, the cell volume V and
 * the domain area |D|. Holds what one pass of the inversion hands to the next; serves one thread.
 */
final class Regularisation {
    private final GradientOperator gradient;
    private final boolean crossedDivergence;
    private final double cellVolume;
    private final double domainArea;

    /** Gradient of the contrast at the top of the pass, and its squared length n. */
    private final double[] chiX;

    private final double[] chiZ;
    private final double[] normSquared;

    /** n + delta', the denominator of weight and factor, kept off zero. */
    private final double[] denominator;

    /** Weight b^2 of this pass and of the pass before (zero in the first). */
    private double[] weight;

    private double[] previousWeight;

    /** Steering parameter delta of this pass and delta' of the pass before. */
    private double steering;

    private double previousSteering;

    /** F_R of the contrast after the last update. */
    private double factor = 1;

    private boolean flat;
    private final double[] scratchA;
    private final double[] scratchB;

    Regularisation(Grid grid, InversionMode mode) {
        gradient = new GradientOperator(grid);
        crossedDivergence = mode == InversionMode.FWI_PYTHON;
        cellVolume = grid.cellVolume();
        domainArea = grid.domainArea();
        int cells = grid.cells();
        chiX = new double[cells];
        chiZ = new double[cells];
        normSquared = new double[cells];
        denominator = new double[cells];
        weight = new double[cells];
        previousWeight = new double[cells];
        scratchA = new double[cells];
        scratchB = new double[cells];
    }

    /**
     * Takes the contrast at the top of a pass: gradient, weights and steering parameter.
     *
     * @param amplification the factor A of the steering parameter, falling from pass to pass
     */
    void beginPass(double[] chi, double amplification) {
        gradient.x(chi, chiX);
        gradient.z(chi, chiZ);
        double smallest = Double.POSITIVE_INFINITY;
        for (int x = 0; x < chi.length; x++) {
            normSquared[x] = chiX[x] * chiX[x] + chiZ[x] * chiZ[x];
            denominator[x] = normSquared[x] + previousSteering;
            if (denominator[x] > 0) {
                smallest = Math.min(smallest, denominator[x]);
            }
        }
        flat = smallest == Double.POSITIVE_INFINITY;
        if (flat) {
            // Nothing to regularise: this pass goes without.
            Arrays.fill(weight, 0);
            steering = 0;
            factor = 1;
            return;
        }
        double weightedNorm = 0;
        double weightSum = 0;
        for (int x = 0; x < chi.length; x++) {
            denominator[x] = Math.max(denominator[x], smallest);
            weight[x] = 1 / (denominator[x] * domainArea);
            weightedNorm += weight[x] * normSquared[x];
            weightSum += weight[x];
        }
        steering = amplification / 2 * weightedNorm / weightSum;
    }

    /** F_R, the weight of the data's gradient in the search direction. */
    double factor() {
        return factor;
    }

    /** Gradient of the factor: the divergence of the previous pass's weight times the contrast's gradient. */
    void gradient(double[] result) {
        if (flat) {
            Arrays.fill(result, 0);
            return;
        }
        // FWI-python reads the z component twice, through a buffer that it has overwritten by then.
        multiply(previousWeight, crossedDivergence ? chiZ : chiX, scratchA);
        gradient.x(scratchA, result);
        multiply(previousWeight, chiZ, scratchA);
        gradient.z(scratchA, scratchB);
        for (int x = 0; x < result.length; x++) {
            result[x] += scratchB[x];
        }
    }

    /**
     * The step length along a direction, for the misfit {@code cost - 2 eta slope s + eta imageNorm s^2}. Where the
     * contrast of this pass is flat, so that there is no regularisation, that of the misfit alone.
     *
     * @param cost the misfit that the parabola begins with
     * @param slope Re&lt;r, K direction&gt;
     * @param imageNorm ||K direction||^2, not 0
     * @param eta the misfit's scale
     */
    double stepLength(double cost, double slope, double imageNorm, double eta, double[] direction) {
        if (flat) {
            return slope / imageNorm;
        }
        gradient.x(direction, scratchA);
        gradient.z(direction, scratchB);
        double weightedNorm = 0;
        double weightSum = 0;
        double mixed = 0;
        double square = 0;
        for (int x = 0; x < direction.length; x++) {
            weightedNorm += weight[x] * normSquared[x];
            weightSum += weight[x];
            mixed += weight[x] * (scratchA[x] * chiX[x] + scratchB[x] * chiZ[x]);
            square += weight[x] * (scratchA[x] * scratchA[x] + scratchB[x] * scratchB[x]);
        }
        double b0 = cellVolume * (weightedNorm + previousSteering * weightSum);
        double b1 = 2 * cellVolume * mixed;
        double b2 = cellVolume * square;
        return StepLength.minimising(cost, -2 * eta * slope, eta * imageNorm, b0, b1, b2);
    }

    /** Ends a pass with the updated contrast: its factor, and weight and steering for the next pass. */
    void endPass(double[] chi) {
        if (!flat) {
            gradient.x(chi, scratchA);
            gradient.z(chi, scratchB);
            double sum = 0;
            for (int x = 0; x < chi.length; x++) {
                sum += (scratchA[x] * scratchA[x] + scratchB[x] * scratchB[x] + previousSteering) / denominator[x];
            }
            factor = cellVolume / domainArea * sum;
        }
        previousSteering = steering;
        double[] swap = previousWeight;
        previousWeight = weight;
        weight = swap;
    }

    private static void multiply(double[] a, double[] b, double[] product) {
        for (int x = 0; x < product.length; x++) {
            product[x] = a[x] * b[x];
        }
    }
}
