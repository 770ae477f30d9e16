package io.octospark.inversion.batch;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.arithmetic.RowProjection;
import io.octospark.physics.FactoredOperator;
import java.util.ArrayList;
import java.util.List;

/**
 * Projects measured data p of many grids at once to b = Re(K^H p) and ||p||^2, the input of an inversion. A few rows of K at
 * a time are made from their fields and used for all grids, so that K is never built. A result does not depend on the other
 * grids.
 *
 * <p>An instance serves one thread; the operator may be shared.
 *
 * @param <T> what the caller knows a grid by
 */
public final class BatchProjection<T> {
    /** Enough that making rows of K takes little of the time. */
    private static final int MAX_GRIDS = 80;

    /** Most bytes for the data of all grids. */
    private static final long MAX_BYTES = 64L << 20;

    private final FactoredOperator operator;
    private final RowProjection rows;

    /** Real and imaginary part of every folded row in turn, for each grid. */
    private final double[][] folded;

    private final double[] normsSquared;
    private final List<T> ids = new ArrayList<>();

    /** Computes in the arithmetic of this process. */
    public BatchProjection(FactoredOperator operator) {
        this(operator, Arithmetic.used());
    }

    /** Computes in this arithmetic. */
    BatchProjection(FactoredOperator operator, Arithmetic arithmetic) {
        this.operator = operator;
        long bytes = 2L * operator.foldedRows() * Double.BYTES;
        int grids = (int) Math.max(1, Math.min(MAX_GRIDS, MAX_BYTES / bytes));
        rows = arithmetic.routines().projection(operator, grids);
        folded = new double[grids][2 * operator.foldedRows()];
        normsSquared = new double[grids];
    }

    /** Returns whether there are as many grids as are projected at once. */
    public boolean isFull() {
        return ids.size() == folded.length;
    }

    /**
     * Takes the data of a grid, which may change afterwards. They are folded here, while they are in the caches.
     *
     * @param id comes back with the projected data
     * @param pressure real and imaginary part of every measurement in turn
     * @param normSquared the data's, see {@link #normSquared}
     * @throws IllegalStateException if it {@linkplain #isFull is full}
     */
    public void add(T id, double[] pressure, double normSquared) {
        if (isFull()) {
            throw new IllegalStateException("all " + ids.size() + " grids are there");
        }
        if (pressure.length != 2 * operator.rows()) {
            throw new IllegalArgumentException(
                    "a grid has " + pressure.length + " values, its operator has " + operator.rows() + " rows");
        }
        normsSquared[ids.size()] = normSquared;
        operator.fold(pressure, folded[ids.size()]);
        ids.add(id);
    }

    /** Projects the data of all grids that were added, in their order, and forgets them. */
    public List<BatchInput<T>> project() {
        double[][] projected = rows.project(folded, ids.size());
        List<BatchInput<T>> inputs = new ArrayList<>();
        for (int grid = 0; grid < projected.length; grid++) {
            inputs.add(BatchInput.ofData(ids.get(grid), projected[grid], normsSquared[grid]));
        }
        ids.clear();
        return inputs;
    }

    /** Returns the sum of the squares. */
    public double normSquared(double[] values) {
        return rows.normSquared(values);
    }
}
