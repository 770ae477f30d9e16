package io.octospark.physics;

/** The products with an operator that is exchanged in the course of an inversion. Serves one thread at a time. */
public interface LoadableOperator extends LinearOperator {
    /**
     * From now on the products are with this operator. It is not changed while it is loaded.
     *
     * @param operator with as many cells, and at most as many rows, as this was made for
     */
    void load(RowOperator operator);
}
