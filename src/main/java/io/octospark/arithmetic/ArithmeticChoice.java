package io.octospark.arithmetic;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.util.Optional;

/**
 * Which arithmetic a process uses.
 *
 * @param reason why, without a full stop
 * @param warning whether the user loses speed and can change that
 */
record ArithmeticChoice(Arithmetic arithmetic, String reason, boolean warning) {
    /** With fewer lanes plain Java is as fast. */
    private static final int LEAST_LANES = 4;

    /**
     * Chooses the arithmetic.
     *
     * @param property the value of {@link Arithmetic#PROPERTY}; null if it is not set
     * @throws InvalidInputException if the property has another value, or asks for vectors where they are impossible or slow
     */
    static ArithmeticChoice of(String property, Jvm jvm) {
        if (property == null) {
            return detected(jvm);
        }
        String place = Arithmetic.PROPERTY + " = " + property;
        return switch (property) {
            case "plain" -> new ArithmeticChoice(Arithmetic.PLAIN, place, false);
            case "vector" -> {
                obstacle(jvm).ifPresent(obstacle -> {
                    throw new InvalidInputException(
                            ErrorCode.VALUES_CONFLICT, place + ": " + obstacle.what(), obstacle.remedy());
                });
                yield new ArithmeticChoice(Arithmetic.VECTOR, place, false);
            }
            default ->
                throw new InvalidInputException(
                        ErrorCode.VALUE_OUT_OF_RANGE, place + ": unknown arithmetic", "use plain or vector");
        };
    }

    private static ArithmeticChoice detected(Jvm jvm) {
        Optional<Obstacle> obstacle = obstacle(jvm);
        if (obstacle.isPresent()) {
            return new ArithmeticChoice(Arithmetic.PLAIN, obstacle.get().toString(), true);
        }
        int lanes = jvm.lanes();
        Arithmetic arithmetic = lanes < LEAST_LANES ? Arithmetic.PLAIN : Arithmetic.VECTOR;
        return new ArithmeticChoice(arithmetic, "vectors of this JVM have " + lanes + " lanes", false);
    }

    /** Why vectors can't be used or would be slow. */
    private record Obstacle(String what, String remedy) {
        @Override
        public String toString() {
            return what + "; " + remedy;
        }
    }

    private static Optional<Obstacle> obstacle(Jvm jvm) {
        if (!jvm.hasVectorModule()) {
            return Optional.of(
                    new Obstacle("this JVM has no Vector API", "start it with --add-modules " + Jvm.VECTOR_MODULE));
        }
        return jvm.withoutC2()
                .map(option -> new Obstacle("the Vector API needs the C2 compiler", "start the JVM without " + option));
    }

    /** The line for the log. */
    @Override
    public String toString() {
        String how = arithmetic == Arithmetic.VECTOR ? "with vectors" : "in plain Java";
        return "Grids are inverted " + how
                + (warning ? ", which takes two to four times as long as with vectors: " : ": ") + reason;
    }
}
