package io.octospark.inversion;

/**
 * Polak-Ribiere conjugate gradients: every direction is the gradient plus a share of the direction before. Serves one
 * thread.
 */
final class SearchDirection {
    private final double[] gradient;
    private final double[] previousGradient;
    private final double[] direction;

    SearchDirection(int cells) {
        gradient = new double[cells];
        previousGradient = new double[cells];
        direction = new double[cells];
    }

    /** The gradient of this pass, to be filled in before {@link #begin} or {@link #advance}. */
    double[] gradient() {
        return gradient;
    }

    /** The direction; not to be changed. */
    double[] direction() {
        return direction;
    }

    /** The gradient becomes the first direction. */
    void begin() {
        System.arraycopy(gradient, 0, direction, 0, gradient.length);
        System.arraycopy(gradient, 0, previousGradient, 0, gradient.length);
    }

    /** Makes the next direction; false if there is none, because the gradient before was zero. */
    boolean advance() {
        double previousNorm = FieldArithmetic.dot(previousGradient, previousGradient);
        if (previousNorm == 0) {
            return false;
        }
        double gamma = (FieldArithmetic.dot(gradient, gradient) - FieldArithmetic.dot(gradient, previousGradient))
                / previousNorm;
        for (int x = 0; x < direction.length; x++) {
            direction[x] = gradient[x] + gamma * direction[x];
        }
        System.arraycopy(gradient, 0, previousGradient, 0, gradient.length);
        return true;
    }
}
