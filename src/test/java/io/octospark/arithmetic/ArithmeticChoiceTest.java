package io.octospark.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.InvalidInputException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArithmeticChoiceTest {
    private static final String NO_MODULE =
            "this JVM has no Vector API; start it with --add-modules jdk.incubator.vector";
    private static final String NO_C2 =
            "the Vector API needs the C2 compiler; start the JVM without -XX:TieredStopAtLevel=1";
    private static final String SLOW =
            "Grids are inverted in plain Java, which takes two to four times as long as with vectors: ";

    private static Jvm jvm(boolean module, String withoutC2, int lanes) {
        return new Jvm() {
            @Override
            boolean hasVectorModule() {
                return module;
            }

            @Override
            Optional<String> withoutC2() {
                return Optional.ofNullable(withoutC2);
            }

            @Override
            int lanes() {
                // The classes with vectors are not to be loaded without it.
                assertThat(module).isTrue();
                return lanes;
            }
        };
    }

    private static final Jvm FAST = jvm(true, null, 4);
    private static final Jvm WITHOUT_MODULE = jvm(false, null, 0);
    private static final Jvm WITHOUT_C2 = jvm(true, "-XX:TieredStopAtLevel=1", 8);
    private static final Jvm NARROW = jvm(true, null, 2);

    private static void assertChoice(ArithmeticChoice choice, Arithmetic arithmetic, String line, boolean warning) {
        assertThat(choice.arithmetic()).isEqualTo(arithmetic);
        assertThat(choice).hasToString(line);
        assertThat(choice.warning()).isEqualTo(warning);
    }

    @Test
    void vectorsAreUsedWhereTheyAreFast() {
        assertChoice(
                ArithmeticChoice.of(null, FAST),
                Arithmetic.VECTOR,
                "Grids are inverted with vectors: vectors of this JVM have 4 lanes",
                false);
        assertChoice(
                ArithmeticChoice.of(null, NARROW),
                Arithmetic.PLAIN,
                "Grids are inverted in plain Java: vectors of this JVM have 2 lanes",
                false);
        assertChoice(ArithmeticChoice.of(null, WITHOUT_MODULE), Arithmetic.PLAIN, SLOW + NO_MODULE, true);
        assertChoice(ArithmeticChoice.of(null, WITHOUT_C2), Arithmetic.PLAIN, SLOW + NO_C2, true);
    }

    @Test
    void thePropertyForcesPlainJavaAnywhere() {
        for (Jvm jvm : new Jvm[] {FAST, WITHOUT_MODULE, WITHOUT_C2, NARROW}) {
            assertChoice(
                    ArithmeticChoice.of("plain", jvm),
                    Arithmetic.PLAIN,
                    "Grids are inverted in plain Java: octospark.arithmetic = plain",
                    false);
        }
    }

    @Test
    void thePropertyForcesVectorsWhereTheyArePossible() {
        for (Jvm jvm : new Jvm[] {FAST, NARROW}) {
            assertChoice(
                    ArithmeticChoice.of("vector", jvm),
                    Arithmetic.VECTOR,
                    "Grids are inverted with vectors: octospark.arithmetic = vector",
                    false);
        }
        assertThatThrownBy(() -> ArithmeticChoice.of("vector", WITHOUT_MODULE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("octospark.arithmetic = vector: " + NO_MODULE);
        assertThatThrownBy(() -> ArithmeticChoice.of("vector", WITHOUT_C2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("octospark.arithmetic = vector: " + NO_C2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "VECTOR", "fast"})
    void otherValuesAreRefused(String value) {
        assertThatThrownBy(() -> ArithmeticChoice.of(value, FAST))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("octospark.arithmetic = " + value + ": unknown arithmetic; use plain or vector");
    }
}
