package io.octospark.results.octoray;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.fuzz.Fuzz;
import io.octospark.fuzz.FuzzFile;
import io.octospark.fuzz.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Any text is OctoRay's, or is refused. */
class OctoRayFileFuzzTest {
    private static final int EXECUTIONS = 10_000;

    private static final List<byte[]> SOUND =
            List.of("""
            0: {"id": 1, "cu": 1, "dot": 0.5, "upd": 0.25, "time": 1.5, "memory": 156.9}
            {"id": 2, "cu": 1, "dot": 0.625, "upd": 1e-3, "time": 2, "memory": 163.75}
            wall_time:3.25\s
            """.getBytes(StandardCharsets.UTF_8), """
            0: {"id": 1, "cu": 1, "dot": 0.5, "upd": 0.25, "time": 1.5}
            {"id": 2, "cu": 2, "dot": 0.5, "upd": 0.25, "time": 1.5}
            wall_time:2.0\s
            1: {"id": 1, "cu": 1, "dot": 0.5, "upd": 0.25, "time": 1.5}
            {"id": 2, "cu": 2, "dot": 0.5, "upd": 0.25, "time": 1.5}
            wall_time:2.0\s
            """.getBytes(StandardCharsets.UTF_8));

    @Test
    void anyTextIsReadOrRefused() throws Exception {
        try (FuzzFile file = new FuzzFile("1_1000_2.txt")) {
            Fuzz.Outcome outcome =
                    Fuzz.run("OctoRay's files", EXECUTIONS, random -> Mutations.ofText(random, SOUND), input -> () -> {
                        OctoRayFile read = OctoRayFile.read(file.with(input));
                        assertThat(OctoRayFile.read(file.with(read.text().getBytes(StandardCharsets.UTF_8))))
                                .isEqualTo(read);
                        return read;
                    });

            assertThat(outcome.read()).isGreaterThan(EXECUTIONS / 50);
            assertThat(outcome.refused()).isGreaterThan(EXECUTIONS / 50);
        }
    }
}
