package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;

/**
 * A smaller operator K' that has the misfits of an operator K: for data d there are d' and a constant c with
 *
 * <pre>||d - K chi||^2 = ||d' - K' chi||^2 + c</pre>
 *
 * for every real contrast chi, so that an inversion with K', d' and c is one with K and d. In exact arithmetic: both
 * reductions here are orthogonal transformations of the rows, which keep rounding errors as small as they are. Data that K
 * makes of chi have d' = K' chi and c = 0. May be shared by any number of threads.
 */
public interface Reduction {
    /** The reduced operator K'; a {@link MatrixOperator} unless K is none. */
    RowOperator operator();

    /** The reduced data and the constant of data as K has them; they are not changed. */
    ReducedData reduce(ComplexVector data);

    /** Reduces the {@linkplain BornOperator Born operator} to as few rows as it can have. */
    static Reduction toFewestRows(Grid grid, Survey survey) {
        return compresses(grid, survey) ? new Compression(grid, survey) : new Folding(grid, survey);
    }

    /**
     * Returns whether {@link #toFewestRows} is a {@link Compression}, because that has fewer rows than {@link Folding}.
     * Computes no operator.
     */
    static boolean compresses(Grid grid, Survey survey) {
        return Compression.rows(grid.cells()) < Folding.rows(survey);
    }

    /** Leaves an operator as it is. */
    static Reduction none(RowOperator k) {
        return new Reduction() {
            @Override
            public RowOperator operator() {
                return k;
            }

            @Override
            public ReducedData reduce(ComplexVector data) {
                return new ReducedData(data, 0);
            }
        };
    }
}
