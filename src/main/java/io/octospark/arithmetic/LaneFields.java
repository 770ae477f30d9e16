package io.octospark.arithmetic;

/**
 * The cell fields of all lanes, and the sweeps over them that make up a pass. A sweep treats all lanes of a group alike;
 * a lane that is not in step has its fields set again afterwards. No lane's numbers depend on another lane. Serves one
 * thread.
 *
 * <p>The notation is that of {@code ConjugateGradientInversion} and of its regularisation, the scalars are those of {@link
 * #scalars}.
 */
public interface LaneFields {
    /** The cell fields of a lane that an inversion reads or sets as a whole, between the sweeps over all lanes. */
    enum Field {
        /** The contrast chi. */
        CONTRAST,
        /** d chi / dx and d chi / dz. */
        CONTRAST_X,
        CONTRAST_Z,
        /** Re(K^H (p - K chi)) = b - M chi. */
        PROJECTED_RESIDUAL,
        /** The gradient g of the regularised cost. */
        GRADIENT,
        /** The search direction zeta. */
        DIRECTION,
        /** M zeta. */
        IMAGE,
        /** The weight b^2 of the regularisation. */
        WEIGHT
    }

    /** Lanes that are computed together; a group without a grid is left out of every sweep. */
    int lanesPerGroup();

    int groups();

    LaneScalars scalars();

    /** Copies a field of one lane to {@code values}, one number per cell. */
    void get(Field field, int lane, double[] values);

    /** Sets a field of one lane. */
    void set(Field field, int lane, double[] values);

    /** {@code image = M direction} and {@code curvature = direction image}, in the groups that are in use. */
    void multiply(boolean[] used);

    /**
     * Takes a step and prepares the regularisation of the next pass:
     *
     * <pre>contrast += step direction, with its derivatives;   projectedResidual -= step image
     * n = |grad contrast|^2
     * factorSum = sum weight (n + previousSteering)
     * flux = weight grad contrast
     * weight = 1 / (|D| (n + steering)),   weightedNorm = sum weight n,   weightSum = sum weight
     * smallestDenominator = min (n + steering)</pre>
     *
     * with the old weight in factor and flux. Where the smallest denominator is not positive, the new weight and its sums
     * are not to be used.
     */
    void update(int group);

    /**
     * The gradient of the cost:
     *
     * <pre>gradient = gradientScale projectedResidual + regularisationScale div flux
     * gradientNorm = gradient gradient,   gradientChange = gradient (gradient - old gradient)</pre>
     */
    void gradient(int group);

    /**
     * The search direction:
     *
     * <pre>direction = gradient + conjugacy direction, and its derivatives;   slope = direction projectedResidual
     * mixed = sum weight grad direction grad contrast,   square = sum weight |grad direction|^2</pre>
     */
    void direction(int group);
}
