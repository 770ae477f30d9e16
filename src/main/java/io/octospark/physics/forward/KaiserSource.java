package io.octospark.physics.forward;

import io.octospark.physics.Bessel;

/**
 * A point source between nodes, spread over the nodes around it: in each direction a sinc, cut off by a Kaiser window of
 * half-width r nodes. At distance d, in nodes, along an axis of node distance h
 *
 * <pre>f(d) = I0(beta sqrt(1 - d^2/r^2)) / I0(beta) * sin(pi d) / (pi d h),   d &lt; r</pre>
 *
 * G. J. Hicks, <em>Arbitrary source and receiver positioning in finite-difference schemes using Kaiser windowed sinc
 * functions</em>, Geophysics 67 (2002) 156-165.
 *
 * @param halfWidth r; 0 for all of the source at the nearest node
 * @param beta shape of the window
 */
record KaiserSource(int halfWidth, double beta) {
    /** The source's share in each node of an axis, in 1/m. */
    double[] weights(NodeAxis axis, double position) {
        double[] weights = new double[(int) axis.count()];
        if (halfWidth == 0) {
            weights[axis.nearest(position)] = 1 / axis.spacing();
            return weights;
        }
        for (int i = 0; i < weights.length; i++) {
            double distance = Math.abs(position - axis.coordinate(i)) / axis.spacing();
            if (distance < halfWidth) {
                double share = distance / halfWidth;
                double window = Bessel.i0(beta * Math.sqrt(1 - share * share)) / Bessel.i0(beta);
                weights[i] = window * sinc(distance) / axis.spacing();
            }
        }
        return weights;
    }

    private static double sinc(double distance) {
        double x = Math.PI * distance;
        return x == 0 ? 1 : Math.sin(x) / x;
    }
}
