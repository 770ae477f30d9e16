package io.octospark.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.InvalidInputException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-spark")
class ConfigHashTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"a\": 1", "{} {}", "\0"})
    void refusesWhatADamagedTableMayHold(String json) {
        assertThatThrownBy(() -> ConfigHash.difference(json, "{}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("config_json: ");
    }
}
