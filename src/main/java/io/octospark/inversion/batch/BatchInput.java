package io.octospark.inversion.batch;

/**
 * A grid to be inverted, by its data or by the contrast that the data are to be made of.
 *
 * @param id what the caller knows the grid by; comes back with the result
 * @param values as {@code kind} says, one number per cell; not changed, and not to be changed until the result is there
 * @param dataNormSquared ||p||^2 of the data p; not used for a true contrast
 */
@SuppressWarnings("ArrayRecordComponent") // handed to one inversion, never compared
public record BatchInput<T>(T id, Kind kind, double[] values, double dataNormSquared) {
    /** The meaning of the values of an input. */
    public enum Kind {
        /** b = Re(K^H p) of data p. */
        PROJECTED_DATA,
        /** A contrast chi; the data are K chi. */
        TRUE_CONTRAST
    }

    /** Data p, as b = Re(K^H p) and ||p||^2. */
    public static <T> BatchInput<T> ofData(T id, double[] projected, double normSquared) {
        return new BatchInput<>(id, Kind.PROJECTED_DATA, projected, normSquared);
    }

    /** The data that the operator makes of a contrast. */
    public static <T> BatchInput<T> ofContrast(T id, double[] contrast) {
        return new BatchInput<>(id, Kind.TRUE_CONTRAST, contrast, Double.NaN);
    }
}
