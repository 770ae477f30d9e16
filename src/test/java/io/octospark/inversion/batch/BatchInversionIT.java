package io.octospark.inversion.batch;

import static io.octospark.inversion.batch.Problem.assertSame;
import static io.octospark.inversion.batch.Problem.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionSettings;
import io.octospark.physics.DetectedVectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs a JVM of its own: another set of modules, or the optimising compiler for large grids. */
class BatchInversionIT {
    @TempDir
    private Path folder;

    /** Prints the arithmetic that was chosen and what it found. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) {
            Problem problem = Problem.of(4, 3, 2, 3, 5, settings(1e-6, 1000));
            BatchOperator operator = BatchOperator.of(problem.m(), problem.grid());
            BatchOperator.of(problem.m(), problem.grid()); // says nothing more
            BatchInversion inversion = new BatchInversion(problem.settings(), operator, nanos -> {});
            Map<Integer, Reconstruction> results = Problem.results(inversion.invert(
                    List.of(BatchInput.ofContrast(7, problem.model(1))).iterator()));
            System.out.println(
                    operator.getClass().getSimpleName() + " " + results.get(7).stopReason());
        }
    }

    @Test
    void withoutTheModuleInPlainJava() throws IOException, InterruptedException {
        assertThat(probe(List.of()))
                .containsExactly(
                        "WARN  DetectedVectors: Grids are inverted in plain Java, which takes two to four times as long as with"
                                + " vectors; start the JVM with --add-modules jdk.incubator.vector",
                        "PlainOperator TOLERANCE");
    }

    @Test
    void withTheModuleWithVectors() throws IOException, InterruptedException, ReflectiveOperationException {
        int lanes = DetectedVectors.lanes();
        boolean wide = lanes >= 4;
        assertThat(probe(List.of("--add-modules", "jdk.incubator.vector")))
                .containsExactly(
                        "WARNING: Using incubator modules: jdk.incubator.vector",
                        "INFO  DetectedVectors: Grids are inverted %s, the vectors of this JVM have %d lanes"
                                .formatted(wide ? "with vectors" : "in plain Java", lanes),
                        (wide ? "VectorOperator" : "PlainOperator") + " TOLERANCE");
    }

    /** The lines that the probe prints, without times. */
    private List<String> probe(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-Dlog4j2.configurationFile="
                        + Path.of("conf/log4j2.properties").toUri(),
                "-cp",
                System.getProperty("java.class.path"),
                Probe.class.getName()));
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        return text.lines()
                .map(line -> line.replaceFirst("^\\d\\d:\\d\\d:\\d\\d ", ""))
                .toList();
    }

    /** Several blocks of columns, several groups of lanes, a refresh of the projected residual. */
    @ParameterizedTest
    @CsvSource({"27, 20, 5, false, 1e-10", "41, 25, 5, true, 1e-8", "64, 32, 15, true, 1e-8"})
    void largeGrids(int nx, int nz, int frequencies, boolean mirrored, double ofContrast) {
        InversionSettings settings = settings(1e-6, 60);
        Problem problem = mirrored
                ? Problem.onOneLine(nx, nz, frequencies, 17, settings)
                : Problem.of(nx, nz, frequencies, 17, 18, settings);
        assertThat(new Mirror(problem.m(), problem.grid()).commutes()).isEqualTo(mirrored);
        List<ComplexVector> data = problem.noisyData(4, 0.01);
        List<Reconstruction> expected =
                data.stream().map(problem::invertDensely).toList();

        for (Arithmetic arithmetic : Arithmetic.values()) {
            Map<Integer, Reconstruction> results = problem.invert(arithmetic, problem.inputs(data));

            assertThat(results).hasSize(data.size());
            results.forEach((id, result) -> assertSame(result, expected.get(id), ofContrast, 1e-12));
        }
    }
}
