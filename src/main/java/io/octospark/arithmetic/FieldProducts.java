package io.octospark.arithmetic;

import io.octospark.model.ComplexVector;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The products with an operator whose rows are products of a receiver's field and a source's field. They are computed from
 * the fields, without building the matrix. May be used by any number of threads.
 */
public interface FieldProducts {
    /**
     * The rows of one frequency, the same for all.
     *
     * @param receivers index of each row's receiver; rows of a receiver follow one another
     * @param sources index of each row's source
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    record Rows(int[] receivers, int[] sources) {
        /** Every receiver with every source. */
        public static Rows all(int receivers, int sources) {
            return of(IntStream.range(0, receivers * sources).toArray(), sources);
        }

        /**
         * Some receivers with some sources.
         *
         * @param pairs receiver * sources + source, ascending
         */
        public static Rows of(int[] pairs, int sources) {
            return new Rows(
                    Arrays.stream(pairs).map(pair -> pair / sources).toArray(),
                    Arrays.stream(pairs).map(pair -> pair % sources).toArray());
        }

        public int count() {
            return receivers.length;
        }
    }

    /** {@code data = K contrast}. */
    void forward(double[] contrast, ComplexVector data);

    /** {@code gradient = Re(K^H residual)}. */
    void adjoint(ComplexVector residual, double[] gradient);
}
