package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("every-spark")
class GenerateCommandTest {
    @TempDir
    private Path folder;

    /** The committed data sets are what datasets/README.md says they are. */
    @ParameterizedTest
    @CsvSource({
        "10x10_100.txt, --model layers",
        "camembert_32x32.npy, --model camembert --nx 32 --nz 32 --width 600 --depth 600",
        "smooth_10x10.npy, --model smooth --grids 8 --amplitude 0.2 --seed 1",
        "blocky_10x10_velocity.npy, --model blocky --grids 8 --amplitude 0.2 --seed 1 --kind velocity",
        "openfwi_like_70x70.npy, --model smooth --grids 2 --nx 70 --nz 70 --width 700 --depth 700 --amplitude 0.2 --seed 3"
                + " --kind velocity --openfwi",
        "temple_64x32.npy, --model temple --nx 64 --nz 32 --width 1280 --depth 640 --amplitude 0.2"
    })
    void makesTheCommittedDataSets(String file, String options) throws Exception {
        Path target = folder.resolve(file);

        int exitCode = Main.execute(("generate " + options + " --out " + target).split(" ", -1));

        assertThat(exitCode).isZero();
        assertThat(target).hasSameBinaryContentAs(Path.of("datasets", file));
        assertThat(Files.readString(Path.of("datasets/README.md"))).contains("octospark generate " + options);
    }

    @Test
    void layersAreTheNotebooksContrasts() throws Exception {
        double[] velocities = {2000, 2200, 6700.0 / 3, 2300, 6800.0 / 3, 2000, 2000, 2000, 2000, 2000};
        double[] values = Files.readAllLines(Path.of("datasets/10x10_100.txt")).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(values).hasSize(100);
        for (int i = 0; i < values.length; i++) {
            double velocity = velocities[i / 10];
            assertThat(Math.abs(values[i] - (1 - 2000 * 2000 / (velocity * velocity))))
                    .isLessThanOrEqualTo(1e-15);
        }
    }
}
