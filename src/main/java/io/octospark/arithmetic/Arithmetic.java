package io.octospark.arithmetic;

import io.octospark.arithmetic.plain.PlainRoutines;
import io.octospark.arithmetic.vector.VectorRoutines;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arithmetics in which the inner loops of an inversion are written. Results of the two differ by rounding; each gives
 * the same bits every time.
 *
 * <p>A process uses one of them, see {@link #used}. The other one can be asked for by name, which tests and benchmarks do.
 */
public enum Arithmetic {
    /** Plain Java, on any JVM. */
    PLAIN,
    /** The incubating Vector API, on JVMs that were started with its module and have the C2 compiler. */
    VECTOR;

    /** The system property that forces an arithmetic: {@code plain} or {@code vector}. */
    public static final String PROPERTY = "octospark.arithmetic";

    private static final Logger LOG = LoggerFactory.getLogger(Arithmetic.class);
    private static Arithmetic used;

    /**
     * Returns the arithmetic of this process: what {@link #PROPERTY} says, else vectors where this JVM is fast with them. The
     * first call decides and logs the reason. May be called from any thread.
     *
     * @throws io.octospark.error.InvalidInputException if the property asks for what this JVM can't do
     */
    public static synchronized Arithmetic used() {
        if (used == null) {
            ArithmeticChoice choice = ArithmeticChoice.of(System.getProperty(PROPERTY), new Jvm());
            if (choice.warning()) {
                LOG.warn("{}", choice);
            } else {
                LOG.info("{}", choice);
            }
            used = choice.arithmetic();
        }
        return used;
    }

    /** Returns the routines of this arithmetic. Those of {@link #VECTOR} need the module of the Vector API. */
    public Routines routines() {
        return switch (this) {
            case PLAIN -> new PlainRoutines();
            case VECTOR -> new VectorRoutines();
        };
    }
}
