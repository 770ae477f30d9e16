package io.octospark.inversion.batch;

import io.octospark.physics.DetectedVectors;
import io.octospark.physics.FactoredOperator;
import java.util.List;

/**
 * Projects measured data p of many grids at once to b = Re(K^H p) and ||p||^2. A few rows of K at a time are made from
 * their fields and used for all grids, so that K is never built. A result does not depend on the other grids.
 *
 * <p>An instance serves one thread; the operator may be shared.
 */
public abstract class BatchProjection {
    /** Enough that making rows of K takes little of the time. */
    private static final int MAX_GRIDS = 80;

    /** What the data of all grids may take. */
    private static final long MAX_BYTES = 64L << 20;

    final FactoredOperator operator;

    /** Of each grid real and imaginary part of every folded row in turn. */
    final double[][] folded;

    final double[] normsSquared;
    private int size;

    BatchProjection(FactoredOperator operator) {
        this.operator = operator;
        long bytes = 2L * operator.foldedRows() * Double.BYTES;
        int grids = (int) Math.max(1, Math.min(MAX_GRIDS, MAX_BYTES / bytes));
        folded = new double[grids][2 * operator.foldedRows()];
        normsSquared = new double[grids];
    }

    /** The projection in the faster of the two forms that this JVM can use, which is logged. */
    public static BatchProjection of(FactoredOperator operator) {
        return DetectedVectors.USED ? vector(operator) : plain(operator);
    }

    /** For any JVM. */
    static BatchProjection plain(FactoredOperator operator) {
        return new PlainProjection(operator);
    }

    /** For the vector module, which must be there. */
    static BatchProjection vector(FactoredOperator operator) {
        return DetectedVectors.newInstance(BatchProjection.class, "VectorProjection", operator);
    }

    /** Whether there are as many grids as are projected at once. */
    public final boolean isFull() {
        return size == folded.length;
    }

    /**
     * Takes the data of a grid, which may change afterwards. At once, while they are in the caches: later they would have
     * to be fetched from memory.
     *
     * @param pressure real and imaginary part of every measurement in turn
     * @param normSquared theirs
     * @throws IllegalStateException if it {@linkplain #isFull is full}
     */
    public final void add(double[] pressure, double normSquared) {
        if (isFull()) {
            throw new IllegalStateException("all " + size + " grids are there");
        }
        if (pressure.length != 2 * operator.rows()) {
            throw new IllegalArgumentException(
                    "a grid has " + pressure.length + " values, its operator has " + operator.rows() + " rows");
        }
        normsSquared[size] = normSquared;
        operator.fold(pressure, folded[size]);
        size++;
    }

    /** Projects the data of all grids that were added, in their order, and forgets them. */
    public final List<Projected> project() {
        List<Projected> projected = project(size);
        size = 0;
        return projected;
    }

    /** The sum of the squares. */
    public abstract double normSquared(double[] values);

    /** Projects the first so many grids. */
    abstract List<Projected> project(int grids);
}
