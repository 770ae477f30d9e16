package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.compute.xrt.DesignCatalogue.Design;
import io.octospark.config.ExperimentReader;
import io.octospark.config.KernelSpec;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DesignCatalogueTest {
    private static final Path CATALOGUE = Path.of("conf", "designs.json");
    private static final Path CONNECTIVITY = Path.of("bitstreams", "connectivity");

    @TempDir
    private Path folder;

    @Test
    void holdsTheDesignsOfTheNotebook() {
        assertThat(DesignCatalogue.read(CATALOGUE).designs())
                .extracting(Design::name)
                .containsExactly(
                        "500_500_HBM",
                        "500_250_HBM",
                        "1000_100_1CU",
                        "2500_100_1CU",
                        "5000_100_1CU",
                        "8000_100_1CU",
                        "5000_100_2CU",
                        "1000_200_1CU",
                        "1000_100_2CU");
    }

    @Test
    void namesSayRowsColumnsAndUnits() {
        for (Design design : DesignCatalogue.read(CATALOGUE).designs()) {
            String size = design.rows() + "_" + design.cols() + "_";
            assertThat(design.name()).isIn(size + design.units() + "CU", size + "HBM");
        }
    }

    @Test
    void agreesWithTheNotebooksExperiment() {
        KernelSpec kernel = ExperimentReader.read(Path.of("conf", "notebook.json"), Optional.empty())
                .kernels()
                .get(0);

        Design design = DesignCatalogue.read(CATALOGUE)
                .ofBitstream(Path.of(kernel.pathToBitstream()).toAbsolutePath())
                .orElseThrow();

        assertThat(design.name()).isEqualTo("8000_100_1CU");
        assertThat(design.units()).isEqualTo(kernel.instances());
        assertThat(design.functions()).isEqualTo(kernel.functions());
    }

    @Test
    void findsADesignByTheEndOfAPathOnly() {
        DesignCatalogue catalogue = DesignCatalogue.read(CATALOGUE);

        assertThat(catalogue.ofBitstream(Path.of("/a/b/../bitstreams/1000_200_1CU/1k_200.xclbin")))
                .map(Design::cols)
                .hasValue(200);
        assertThat(catalogue.ofBitstream(Path.of("1k_200.xclbin"))).isEmpty();
        assertThat(catalogue.ofBitstream(Path.of("bitstreams/1000_200_1CU/1k_200.xclbin.old")))
                .isEmpty();
    }

    @Test
    void connectivityFilesAgree() throws IOException {
        List<String> names = new ArrayList<>();
        for (Design design : DesignCatalogue.read(CATALOGUE).designs()) {
            names.add(design.name() + ".cfg");
            List<String> lines = new ArrayList<>(
                    List.of("[connectivity]", "nk=dotprod:" + design.units(), "nk=update:" + design.units()));
            for (List<KernelSpec.Function> unit : design.functions()) {
                addPorts(lines, unit.get(0), "matrix", "vector", "out");
                addPorts(lines, unit.get(1), "matrix", "residual", "out");
            }
            assertThat(Files.readAllLines(CONNECTIVITY.resolve(design.name() + ".cfg")))
                    .isEqualTo(lines);
        }
        try (Stream<Path> files = Files.list(CONNECTIVITY)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    private static void addPorts(List<String> lines, KernelSpec.Function function, String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String bank = function.banks().get(i).replaceFirst("(\\d+)$", "[$1]");
            lines.add("sp=" + function.name() + "." + arguments[i] + ":" + bank);
        }
    }

    @Test
    void makefileReadsTheSameDesigns() throws IOException, InterruptedException {
        ProcessBuilder make = new ProcessBuilder("make", "--no-print-directory", "-C", "bitstreams", "list");
        make.environment().keySet().removeIf(name -> name.startsWith("MAKE") || name.equals("MFLAGS"));
        Process process;
        try {
            process = make.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError("make is needed to check bitstreams/Makefile: apt-get install make", e);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines())
                .containsExactlyElementsOf(DesignCatalogue.read(CATALOGUE).designs().stream()
                        .map(design ->
                                "%s %d %d %s".formatted(design.name(), design.rows(), design.cols(), design.xclbin()))
                        .toList());
    }

    @Test
    void reportsAllProblemsAtOnce() throws IOException {
        Path file = folder.resolve("designs.json");
        String good = """
                {"name": "A", "xclbin": "a.xclbin", "platform": "p", "rows": 4, "cols": 4, "units": 1, "functions": [
                  [{"dotprod_1": ["DDR0", "DDR0", "DDR0"]}, {"update_1": ["DDR1", "DDR1", "DDR1"]}]]}""";
        String bad = """
                {"name": "A", "platform": " ", "rows": 0, "cols": 1.5, "units": 1, "bank": 3, "functions": [
                  [{"dotprod_2": ["DDR0", "DDR0", "DDR0"]}, {"update_1": ["DDR1"]}]]}""";
        String fewer = """
                {"name": "B", "xclbin": "b.xclbin", "platform": "p", "rows": 4, "cols": 4, "units": 2,
                  "functions": []}""";
        Files.writeString(file, "{\"designs\": [" + String.join(",", good, bad, fewer) + "]}");

        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> DesignCatalogue.read(file))
                .satisfies(e -> assertThat(e.messages())
                        .containsExactly(
                                file + ": designs[1].xclbin: missing; give text in quotes",
                                file + ": designs[1].platform = \" \": must be text of 1 to 4096 characters without"
                                        + " control characters; correct the value",
                                file + ": designs[1].name = \"A\": must differ from those of the other designs;"
                                        + " correct the value",
                                file + ": designs[1].rows = 0: must be a whole number from 1 to 1000000;"
                                        + " correct the value",
                                file + ": designs[1].cols = 1.5: must be a whole number from 1 to 1000000;"
                                        + " correct the value",
                                file + ": designs[1].functions[0] ="
                                        + " [{\"dotprod_2\":[\"DDR0\",\"DDR0\",\"DDR0\"]},{\"update_1\":[\"DDR1\"]}]:"
                                        + " must be one dotprod_N and one update_N with 3 memory banks each; write it as in"
                                        + " conf/notebook.json",
                                file + ": designs[1].bank: unknown key; known keys are name, xclbin, platform, rows,"
                                        + " cols, units, functions; correct or remove it",
                                file + ": designs[2].functions = []: must be a list with one entry for each unit,"
                                        + " units = 2; give each unit [{\"dotprod_N\": [banks]}, {\"update_N\":"
                                        + " [banks]}]"));
    }

    @Test
    void functionsAreNumberedFromOne() throws IOException {
        Path file = folder.resolve("designs.json");
        Files.writeString(file, """
                {"designs": [
                {"name": "A", "xclbin": "a.xclbin", "platform": "p", "rows": 4, "cols": 4, "units": 1, "functions": [
                  [{"dotprod_2": ["DDR0", "DDR0", "DDR0"]}, {"update_1": ["DDR1", "DDR1", "DDR1"]}]]}]}""");
        assertThatThrownBy(() -> DesignCatalogue.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("unit 1 must have dotprod_1 and update_1; number the functions from 1");
    }

    @Test
    void refusesWhatIsNoCatalogue() throws IOException {
        Path file = folder.resolve("designs.json");
        assertThatThrownBy(() -> DesignCatalogue.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ": no such file; check the path");

        Files.writeString(file, "[]");
        assertThatThrownBy(() -> DesignCatalogue.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ": must hold one JSON object { }; correct the file");

        Files.writeString(file, "{\"designs\": [}");
        assertThatThrownBy(() -> DesignCatalogue.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + ": line 1, column 14: not valid JSON: ")
                .hasMessageEndingWith("; correct the file");
    }
}
