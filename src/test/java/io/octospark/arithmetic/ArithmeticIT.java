package io.octospark.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.arithmetic.vector.VectorRoutines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic of JVMs that are started with other options. */
class ArithmeticIT {
    private static final String MODULE = "--add-modules=jdk.incubator.vector";
    private static final String SLOW =
            "WARN  Arithmetic: Grids are inverted in plain Java, which takes two to four times as long as with vectors: ";

    @TempDir
    private Path folder;

    /** Prints the arithmetic that was chosen. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) {
            Arithmetic used = Arithmetic.used();
            assertThat(Arithmetic.used()).isEqualTo(used); // logs nothing more
            System.out.println(used.routines().getClass().getSimpleName());
        }
    }

    @Test
    void withoutTheModulePlainJava() throws IOException, InterruptedException {
        assertThat(probe(0))
                .containsExactly(
                        SLOW + "this JVM has no Vector API; start it with --add-modules jdk.incubator.vector",
                        "PlainRoutines");
    }

    @Test
    void withTheModuleVectors() throws IOException, InterruptedException {
        int lanes = VectorRoutines.lanes();
        boolean wide = lanes >= 4;
        assertThat(probe(0, MODULE))
                .containsExactly(
                        "INFO  Arithmetic: Grids are inverted %s: vectors of this JVM have %d lanes"
                                .formatted(wide ? "with vectors" : "in plain Java", lanes),
                        wide ? "VectorRoutines" : "PlainRoutines");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:TieredStopAtLevel=1", "-XX:CompilationMode=quick-only", "-Xint"})
    void withoutC2PlainJava(String option) throws IOException, InterruptedException {
        assertThat(probe(0, MODULE, option))
                .containsExactly(
                        SLOW + "the Vector API needs the C2 compiler; start the JVM without " + option,
                        "PlainRoutines");
    }

    @Test
    void thePropertyForcesVectors() throws IOException, InterruptedException {
        assertThat(probe(0, MODULE, "-XX:-TieredCompilation", "-Doctospark.arithmetic=vector"))
                .containsExactly(
                        "INFO  Arithmetic: Grids are inverted with vectors: octospark.arithmetic = vector",
                        "VectorRoutines");
    }

    @Test
    void whatIsForcedAndImpossibleFails() throws IOException, InterruptedException {
        assertThat(probe(1, "-Doctospark.arithmetic=vector"))
                .contains(
                        "Exception in thread \"main\" io.octospark.error.InvalidInputException: octospark.arithmetic = "
                                + "vector: this JVM has no Vector API; start it with --add-modules jdk.incubator.vector");
    }

    /** The lines that the probe prints, without times. */
    private List<String> probe(int exitCode, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(options));
        Stream.of(
                        "-Dlog4j2.configurationFile="
                                + Path.of("conf/log4j2.properties").toUri(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName())
                .forEach(command::add);
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isEqualTo(exitCode);
        return text.lines()
                .map(line -> line.replaceFirst("^\\d\\d:\\d\\d:\\d\\d ", ""))
                .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
                .toList();
    }
}
