package io.octospark.inversion.batch;

/** The cell fields of a lane that an inversion reads or sets as a whole, between the sweeps over all lanes. */
enum LaneField {
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
