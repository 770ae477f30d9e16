package io.octospark.physics;

import io.octospark.model.ComplexVector;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The products with an operator whose rows are products of a receiver's field and a source's field, of the fields: the
 * matrix is not built. May be used by any number of threads.
 */
interface FieldProducts {
    /**
     * The rows of one frequency, the same for all.
     *
     * @param receivers index of each row's receiver; rows of a receiver follow one another
     * @param sources index of each row's source
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record Rows(int[] receivers, int[] sources) {
        /** Every receiver with every source. */
        static Rows all(int receivers, int sources) {
            return of(IntStream.range(0, receivers * sources).toArray(), sources);
        }

        /**
         * Some receivers with some sources.
         *
         * @param pairs receiver * sources + source, ascending
         */
        static Rows of(int[] pairs, int sources) {
            return new Rows(
                    Arrays.stream(pairs).map(pair -> pair / sources).toArray(),
                    Arrays.stream(pairs).map(pair -> pair % sources).toArray());
        }

        int count() {
            return receivers.length;
        }
    }

    /** {@code data = K contrast}. */
    void forward(double[] contrast, ComplexVector data);

    /** {@code gradient = Re(K^H residual)}. */
    void adjoint(ComplexVector residual, double[] gradient);

    /**
     * In the faster of the two ways that this JVM can use, which is logged.
     *
     * @param receiverFields by frequency and receiver; kept, not copied
     * @param sourceFields by frequency and source; kept, not copied
     */
    static FieldProducts of(ComplexVector[][] receiverFields, ComplexVector[][] sourceFields, Rows rows) {
        return DetectedVectors.USED
                ? vector(receiverFields, sourceFields, rows)
                : new PlainFieldProducts(receiverFields, sourceFields, rows);
    }

    /** For the vector module, which must be there. */
    static FieldProducts vector(ComplexVector[][] receiverFields, ComplexVector[][] sourceFields, Rows rows) {
        return DetectedVectors.newInstance(
                FieldProducts.class, "VectorFieldProducts", receiverFields, sourceFields, rows);
    }
}
