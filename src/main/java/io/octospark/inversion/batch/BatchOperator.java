package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.physics.GramOperator;
import java.lang.reflect.InvocationTargetException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A normal operator in the order in which the product with many lanes reads it. Never changes once made; the inversions of
 * all threads of a process may share one.
 */
public abstract class BatchOperator {
    private static final Logger LOG = LoggerFactory.getLogger(BatchOperator.class);
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    /** By its name: the class is not to be loaded where its module is missing. */
    private static final String VECTOR_CLASS = "io.octospark.inversion.batch.VectorOperator";

    /** What this process computes with, found out and said once. */
    private static final class Detected {
        static final boolean VECTORS = detect();

        private static boolean detect() {
            if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
                LOG.warn(
                        "Grids are inverted in plain Java, which takes two to four times as long as with vectors;"
                                + " start the JVM with --add-modules {}",
                        VECTOR_MODULE);
                return false;
            }
            try {
                int lanes = vectorLanes();
                // With two, the loops that the compiler vectorises by itself do as well.
                boolean wide = lanes >= 4;
                LOG.info(
                        "Grids are inverted {}, the vectors of this JVM have {} lanes",
                        wide ? "with vectors" : "in plain Java",
                        lanes);
                return wide;
            } catch (ReflectiveOperationException | LinkageError e) {
                LOG.warn(
                        "Grids are inverted in plain Java: module {} of this JVM is not as expected", VECTOR_MODULE, e);
                return false;
            }
        }
    }

    private final Grid grid;

    BatchOperator(Grid grid) {
        this.grid = grid;
    }

    /**
     * The operator in the faster of the two forms that this JVM can use, which is logged.
     *
     * @param grid geometry of the contrast; in mode {@code fwi-python} the one with whole-metre cells
     * @throws IllegalArgumentException if grid and operator differ in their cells
     */
    public static BatchOperator of(GramOperator operator, Grid grid) {
        if (grid.cells() != operator.cells()) {
            throw new IllegalArgumentException(
                    "the grid has " + grid.cells() + " cells, the operator " + operator.cells());
        }
        return Detected.VECTORS ? vector(operator, grid) : plain(operator, grid);
    }

    /** For any JVM. */
    static BatchOperator plain(GramOperator operator, Grid grid) {
        return new PlainOperator(operator, grid);
    }

    /** For the vector module, which must be there. */
    static BatchOperator vector(GramOperator operator, Grid grid) {
        try {
            return (BatchOperator) vectorClass()
                    .getDeclaredConstructor(GramOperator.class, Grid.class)
                    .newInstance(operator, grid);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(VECTOR_CLASS, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(VECTOR_CLASS, e);
        }
    }

    /** Lanes of a vector, for which the module must be there. */
    static int vectorLanes() throws ReflectiveOperationException {
        return (int) vectorClass().getDeclaredMethod("lanesPerVector").invoke(null);
    }

    private static Class<?> vectorClass() throws ClassNotFoundException {
        return Class.forName(VECTOR_CLASS);
    }

    /** The grid whose contrasts the operator takes. */
    Grid grid() {
        return grid;
    }

    /** Room for as many grids at once as suits the operator's size. */
    abstract LaneFields newFields(InversionMode mode);
}
