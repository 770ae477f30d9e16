package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("every-spark")
class SimulateCommandTest {
    @TempDir
    private Path folder;

    @Test
    void makesMeasuredDataOfTheModelsThatItIsGiven() throws Exception {
        Path target = folder.resolve("pressure.npy");

        int exitCode = Main.execute(
                "simulate",
                "--experiment=conf/notebook.json",
                "--data=datasets/smooth_10x10.npy",
                "--noise=0.05",
                "--seed=3",
                "--master=local[2]",
                "--out=" + target);

        assertThat(exitCode).isZero();
        byte[] bytes = Files.readAllBytes(target);
        assertThat(bytes).hasSize(128 + 8 * 8000 * 16);
        assertThat(new String(bytes, 0, 128, StandardCharsets.ISO_8859_1))
                .contains("{'descr': '<c16', 'fortran_order': False, 'shape': (8, 20, 20, 20), }");
    }
}
