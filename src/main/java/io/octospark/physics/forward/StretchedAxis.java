package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;

/**
 * The second derivative along one axis, with perfectly matched layers where the {@link NodeAxis} has any. In them the
 * coordinate is stretched by
 *
 * <pre>S = 1 + i s^2 / (w h),   dS/dx = 2 i s / (w h)</pre>
 *
 * with the signed depth s in the layer in metres, the node distance h and the angular frequency w, so that outgoing waves
 * decay in them. Elsewhere S = 1. The derivative d/dx (1/S dp/dx) is, to second order in h,
 *
 * <pre>lower(i) p(i-1) + centre(i) p(i) + upper(i) p(i+1)
 * lower, upper = 1 / (S h^2) +- dS/dx / (2 h S^2),   centre = -2 / (S h^2)</pre>
 *
 * <p>J.-P. Berenger, <em>A perfectly matched layer for the absorption of electromagnetic waves</em>, J. Comput. Phys. 114
 * (1994) 185-200; as a stretched coordinate: W. C. Chew and W. H. Weedon, <em>A 3D perfectly matched medium from modified
 * Maxwell's equations with stretched coordinates</em>, Microw. Opt. Technol. Lett. 7 (1994) 599-604.
 *
 * @param spacing h
 * @param stretch the imaginary part of S; its real part is 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StretchedAxis(double spacing, double[] stretch, ComplexVector lower, ComplexVector centre, ComplexVector upper) {

    static StretchedAxis of(NodeAxis axis, double omega) {
        int n = (int) axis.count();
        double h = axis.spacing();
        StretchedAxis stretched = new StretchedAxis(
                h, new double[n], ComplexVector.zeros(n), ComplexVector.zeros(n), ComplexVector.zeros(n));
        for (int i = 0; i < n; i++) {
            double depth = axis.depthInLayer(i);
            double sigma = depth * depth / (omega * h);
            // 1 / S, and i / S^2 times the rest of the first-order term.
            double inverseRe = 1 / (1 + sigma * sigma);
            double inverseIm = -sigma * inverseRe;
            double slope = depth / (omega * h * h);
            double firstRe = -2 * slope * inverseRe * inverseIm;
            double firstIm = slope * (inverseRe * inverseRe - inverseIm * inverseIm);
            double secondRe = inverseRe / (h * h);
            double secondIm = inverseIm / (h * h);
            stretched.stretch[i] = sigma;
            stretched.lower.re()[i] = secondRe + firstRe;
            stretched.lower.im()[i] = secondIm + firstIm;
            stretched.centre.re()[i] = -2 * secondRe;
            stretched.centre.im()[i] = -2 * secondIm;
            stretched.upper.re()[i] = secondRe - firstRe;
            stretched.upper.im()[i] = secondIm - firstIm;
        }
        return stretched;
    }

    int count() {
        return stretch.length;
    }

    boolean isEnd(int node) {
        return node == 0 || node == count() - 1;
    }
}
