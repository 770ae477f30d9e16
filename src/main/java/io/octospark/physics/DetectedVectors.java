package io.octospark.physics;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this process computes with vectors, found out and said once. */
public final class DetectedVectors {
    private static final Logger LOG = LoggerFactory.getLogger(DetectedVectors.class);
    private static final String MODULE = "jdk.incubator.vector";

    /** Whether classes for the vector module are used. */
    public static final boolean USED = detect();

    private DetectedVectors() {}

    private static boolean detect() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            LOG.warn(
                    "Grids are inverted in plain Java, which takes two to four times as long as with vectors;"
                            + " start the JVM with --add-modules {}",
                    MODULE);
            return false;
        }
        try {
            int lanes = lanes();
            boolean wide = lanes >= 4;
            LOG.info(
                    "Grids are inverted {}, the vectors of this JVM have {} lanes",
                    wide ? "with vectors" : "in plain Java",
                    lanes);
            return wide;
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.warn("Grids are inverted in plain Java: module {} of this JVM is not as expected", MODULE, e);
            return false;
        }
    }

    /** Lanes of a vector, for which the module must be there. */
    public static int lanes() throws ReflectiveOperationException {
        return (int) vectorClass(DetectedVectors.class, "VectorFieldProducts")
                .getDeclaredMethod("lanesPerVector")
                .invoke(null);
    }

    /** An instance of a class of the package of {@code type} that needs the vector module. */
    public static <T> T newInstance(Class<T> type, String name, Object... arguments) {
        Class<?>[] types = Arrays.stream(arguments).map(Object::getClass).toArray(Class<?>[]::new);
        try {
            return type.cast(constructor(type, name, types).newInstance(arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(name, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static Constructor<?> constructor(Class<?> type, String name, Class<?>[] arguments)
            throws ReflectiveOperationException {
        Constructor<?> constructor = vectorClass(type, name).getDeclaredConstructor(arguments);
        // Such classes are nobody's business outside of their packages.
        constructor.setAccessible(true);
        return constructor;
    }

    /** By its name: the class is not to be loaded where its module is missing. */
    private static Class<?> vectorClass(Class<?> neighbour, String name) throws ClassNotFoundException {
        return Class.forName(neighbour.getPackageName() + "." + name);
    }
}
