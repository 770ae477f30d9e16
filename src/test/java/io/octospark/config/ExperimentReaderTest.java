package io.octospark.config;

import static io.octospark.config.Experiments.MAPPER;
import static io.octospark.config.Experiments.experiment;
import static io.octospark.config.Experiments.json;
import static io.octospark.config.Experiments.problemsOf;
import static io.octospark.config.Experiments.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.DataKind;
import io.octospark.model.ForwardModelSettings.Born;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.ForwardModelSettings.Solver;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.OffsetRange;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.StartSettings;
import io.octospark.model.Survey;
import io.octospark.model.SyntheticSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-spark")
class ExperimentReaderTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    /** One sound kernel, one sound kernel with a key of its own. */
    private static final String KERNELS = """
            [
              {"path_to_bitstream": "a.xclbin", "batch_size": 1000},
              {"path_to_bitstream": "b.xclbin", "batch_size": 500, "config": {"max": 5}}
            ]
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("marmousi.json");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Experiment read(JsonNode experiment) throws IOException {
        return read(MAPPER.writeValueAsString(experiment));
    }

    private Experiment read(String text) throws IOException {
        Files.writeString(file, text);
        return ExperimentReader.read(file, Optional.empty());
    }

    /** Asserts what is said of an experiment, each line without the file's name. */
    private void assertProblems(String text, String... problems) throws IOException {
        Files.writeString(file, text);
        assertThat(problemsOf(file, Optional.empty()))
                .containsExactly(
                        Arrays.stream(problems).map(line -> file + ": " + line).toArray(String[]::new));
    }

    private void assertProblems(JsonNode experiment, String... problems) throws IOException {
        assertProblems(MAPPER.writeValueAsString(experiment), problems);
    }

    @Test
    void readsTheNotebook() {
        Experiment notebook = ExperimentReader.read(Path.of("conf/notebook.json"), Optional.empty());
        Position first = new Position(-480, -5);
        Position last = new Position(480, -5);
        InversionProblem problem = new InversionProblem(
                Grid.of(10, 10, new Position(-300, 0), new Position(300, 300)),
                new Survey(
                        2000,
                        Survey.frequencies(10, 40, 20),
                        Survey.line(first, last, 20),
                        Survey.line(first, last, 20)),
                new InversionSettings(InversionMode.STANDARD, 1e-6, 1000, 100, 1));
        List<KernelSpec.Function> unit = List.of(
                new KernelSpec.Function("dotprod_1", List.of("DDR0", "DDR0", "DDR0")),
                new KernelSpec.Function("update_1", List.of("DDR1", "DDR1", "DDR1")));
        KernelSpec kernel = new KernelSpec(
                "bitstreams/8000_100_1CU/8000_100_1cu.xclbin", 1, 1000, List.of(unit), null, null, 0, 0, null, problem);
        String data = Path.of("datasets/10x10_100.txt").toAbsolutePath().toString();
        assertThat(notebook)
                .isEqualTo(new Experiment(
                        "notebook",
                        problem,
                        data,
                        DataKind.CONTRAST,
                        null,
                        10,
                        1,
                        Precision.FLOAT64,
                        List.of(kernel),
                        AcceleratorSettings.DEFAULT,
                        notebook.json(),
                        List.of()));
        assertThat(json(notebook.json()).get("data").textValue()).isEqualTo(data);
        assertThat(data).matches(path -> Files.exists(Path.of(path)));
    }

    @Test
    void givesDefaults() throws IOException {
        Experiment experiment = read(experiment());
        assertThat(experiment.name()).isEqualTo("marmousi");
        assertThat(experiment.dataKind()).isEqualTo(DataKind.CONTRAST);
        assertThat(experiment.replicate()).isEqualTo(1);
        assertThat(experiment.redundant()).isEqualTo(1);
        assertThat(experiment.precision()).isEqualTo(Precision.FLOAT64);
        assertThat(experiment.kernels()).isEmpty();
        assertThat(experiment.notices()).isEmpty();
        assertThat(experiment.problem().inversion())
                .isEqualTo(new InversionSettings(InversionMode.STANDARD, 1e-6, 1000, 100, 1));
    }

    @Test
    void givesDefaultsOfKernels() throws IOException {
        Experiment experiment = read(experiment("kernels", "[{\"path_to_bitstream\": \"a.xclbin\"}]"));
        assertThat(experiment.kernels())
                .containsExactly(
                        new KernelSpec("a.xclbin", 1, 0, List.of(), null, null, 0, 0, null, experiment.problem()));
    }

    @Test
    void readsEveryKey() throws IOException {
        ObjectNode json = experiment();
        put(json, "/name", json("\"a name\""));
        put(json, "/data_kind", json("\"velocity\""));
        put(json, "/replicate", json("2147483647"));
        put(json, "/redundant", json("3.0"));
        put(json, "/precision", json("\"u280-host\""));
        put(json, "/fwi/tolerance", json("1e-3"));
        put(json, "/fwi/max", json("7"));
        put(json, "/inversion/DeltaAmplification", json("{\"start\": 10, \"slope\": 0}"));
        put(json, "/inversion/do_reg", json("true"));
        put(json, "/forward_model/type", json("\"born\""));
        put(json, "/kernels", json(KERNELS));
        put(json, "/kernels/0/no_instances", json("2"));
        put(json, "/kernels/0/host", json("\"node1\""));
        put(json, "/kernels/0/device", json("0"));
        put(json, "/kernels/1/device", json("\"0000:3b:00.1\""));
        Experiment experiment = read(json);
        assertThat(experiment.name()).isEqualTo("a name");
        assertThat(experiment.dataKind()).isEqualTo(DataKind.VELOCITY);
        assertThat(experiment.replicate()).isEqualTo(Integer.MAX_VALUE);
        assertThat(experiment.redundant()).isEqualTo(3);
        assertThat(experiment.precision()).isEqualTo(Precision.U280_HOST);
        InversionProblem problem = experiment.problem();
        assertThat(problem.inversion()).isEqualTo(new InversionSettings(InversionMode.STANDARD, 1e-3, 7, 10, 0));
        InversionProblem own = new InversionProblem(
                problem.grid(), problem.survey(), new InversionSettings(InversionMode.STANDARD, 1e-3, 5, 10, 0));
        assertThat(experiment.kernels())
                .containsExactly(
                        new KernelSpec("a.xclbin", 2, 1000, List.of(), "node1", "0", 0, 0, null, problem),
                        new KernelSpec("b.xclbin", 1, 500, List.of(), null, "0000:3b:00.1", 0, 0, null, own));
    }

    @Test
    void modeFwiPythonCutsCellsAndShootsFromReceivers() throws IOException {
        ObjectNode json = experiment();
        put(json, "/fwi/mode", json("\"fwi-python\""));
        put(json, "/fwi/ngrid/x", json("7"));
        put(json, "/fwi/sourcesTopLeft/z", json("-50"));
        InversionProblem problem = read(json).problem();
        assertThat(problem.grid().cellWidth()).isEqualTo(85);
        assertThat(problem.survey().sources()).isEqualTo(problem.survey().receivers());
        assertThat(problem.inversion().mode()).isEqualTo(InversionMode.FWI_PYTHON);
    }

    @Test
    void kernelsMayOverrideSomeKeysOfFwi() throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/kernels/1/config", json("{\"Freq\": {\"max\": 30}, \"nSources\": 3, \"c_0\": null}"));
        Experiment experiment = read(json);
        Survey survey = experiment.problem().survey();
        Survey own = experiment.kernels().get(1).problem().survey();
        assertThat(own.frequenciesHz()).isEqualTo(Survey.frequencies(10, 30, 20));
        assertThat(own.sources()).hasSize(3);
        assertThat(own.receivers()).isEqualTo(survey.receivers());
        assertThat(own.backgroundVelocity()).isEqualTo(2000);
        assertThat(survey.frequenciesHz()).isEqualTo(Survey.frequencies(10, 40, 20));
        assertThat(experiment.kernels().get(0).problem()).isEqualTo(experiment.problem());
    }

    @ParameterizedTest
    @CsvSource({"[]", "null"})
    void noKernelsAreAsGoodAsNone(String kernels) throws IOException {
        assertThat(read(experiment("kernels", kernels)).kernels()).isEmpty();
    }

    @Test
    void acceptsAnAncestorsGenericInput() throws IOException {
        JsonNode generic;
        try (InputStream in = getClass().getResourceAsStream("/reference/notebook_case.json")) {
            generic = MAPPER.readTree(in).get("config");
        }
        InversionProblem expected = read(experiment()).problem();

        Experiment inPlace = read(experiment("fwi", generic.toString()));
        assertThat(inPlace.problem()).isEqualTo(expected);
        assertThat(inPlace.notices())
                .containsExactly(
                        file + ": accepted, without effect here: fwi.ngrid_original, fwi.verbosity, fwi.fileName,"
                                + " fwi.forward, fwi.threads");

        Path included = write("GenericInput.json", generic.toPrettyString());
        Experiment byName = read(experiment("fwi", "\"GenericInput.json\""));
        assertThat(byName.problem()).isEqualTo(expected);
        assertThat(byName.notices())
                .containsExactly(included
                        + ": accepted, without effect here: ngrid_original, verbosity, fileName, forward, threads");
        assertThat(json(byName.json())).isEqualTo(json(inPlace.json()));
    }

    @Test
    void readsInversionAndForwardModelFromFiles() throws IOException {
        write(
                "ConjugateGradientInversionInput.json",
                "{\"Iter1\": {\"n\": 10, \"tolerance\": 1e-6}, \"DeltaAmplification\": {\"start\": 50, \"slope\": 10},"
                        + " \"n_max\": 200, \"do_reg\": true}");
        Files.createDirectory(folder.resolve("models"));
        Path forward = write(
                "models/FiniteDifferenceFMInput.json",
                "{\"PMLWidthFactor\": {\"x\": 0, \"z\": 0}, \"SourceParameter\": {\"r\": 4, \"beta\": 6.31},"
                        + " \"boundaryConditionType\": \"FirstOrderABC\", \"CostFunction\": \"leastSquares\"}");
        ObjectNode json = experiment();
        json.put("inversion", "ConjugateGradientInversionInput.json");
        json.put("forward_model", forward.toString());
        Experiment experiment = read(json);
        assertThat(experiment.problem().inversion())
                .isEqualTo(new InversionSettings(InversionMode.STANDARD, 1e-6, 1000, 50, 10));
        assertThat(experiment.notices())
                .containsExactly(forward + ": accepted, without effect here: CostFunction, boundaryConditionType");
        assertThat(experiment.problem().forwardModel()).isEqualTo(new FiniteDifference(0, 0, 4, 6.31));
        assertThat(experiment.problem().nonLinear())
                .isEqualTo(new NonLinearSettings(
                        10,
                        1e-6,
                        true,
                        0,
                        -INFINITY,
                        INFINITY,
                        OffsetRange.ALL,
                        List.of(new NonLinearSettings.Stage(0, 19, 200))));
        assertThat(json(experiment.json()).at("/inversion/n_max").intValue()).isEqualTo(200);
        assertThat(json(experiment.json())
                        .at("/forward_model/SourceParameter/r")
                        .intValue())
                .isEqualTo(4);
    }

    @Test
    void ancestorsLoopsHaveNoEffectWithBorn() throws IOException {
        ObjectNode json = experiment();
        put(json, "/inversion", json("{\"Iter1\": {\"n\": 10, \"tolerance\": 1e-6}, \"n_max\": 200}"));
        put(json, "/forward_model", json("{\"type\": \"born\", \"Iter2\": {}, \"SourceParameter\": {\"r\": 4}}"));
        Experiment experiment = read(json);
        assertThat(experiment.problem().isLinear()).isTrue();
        assertThat(experiment.notices())
                .containsExactly(
                        file + ": accepted, without effect here: forward_model.Iter2",
                        file + ": accepted, without effect here: forward_model.SourceParameter",
                        file + ": accepted, without effect here: inversion.Iter1, inversion.n_max");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"Iter2": {"n": 15, "tolerance": 5.0e-5, "calcAlpha": false, "CostFunction": "leastSquares"}} | NEUMANN_SERIES | 15 | 5e-5
            {"Iter2": {"calcAlpha": true}} | FITTED_SERIES | 15 | 5e-5
            {"type": "integral"} | NEUMANN_SERIES | 15 | 5e-5
            {"type": "integral", "Iter2": {"solver": "gmres"}} | GMRES | 200 | 1e-8
            {"Iter2": {"solver": "gmres", "n": 30, "tolerance": 1e-4}} | GMRES | 30 | 1e-4
            """)
    void readsTheIntegralEquation(String model, Solver solver, int passes, double tolerance) throws IOException {
        InversionProblem problem = read(experiment("forward_model", model)).problem();
        assertThat(problem.forwardModel()).isEqualTo(new Integral(solver, passes, tolerance));
        assertThat(problem.nonLinear())
                .isEqualTo(new NonLinearSettings(
                        10,
                        1e-6,
                        true,
                        0,
                        -INFINITY,
                        INFINITY,
                        OffsetRange.ALL,
                        List.of(new NonLinearSettings.Stage(0, 19, 50))));
    }

    @Test
    void readsFiniteDifferences() throws IOException {
        ObjectNode json = experiment("forward_model", "{\"type\": \"finite_difference\"}");
        assertThat(read(json).problem().forwardModel()).isEqualTo(new FiniteDifference(0.5, 0.5, 4, 6.31));
        put(json, "/forward_model/PMLWidthFactor/z", json("0"));
        put(json, "/forward_model/SourceParameter/r", json("0"));
        assertThat(read(json).problem().forwardModel()).isEqualTo(new FiniteDifference(0.5, 0, 0, 6.31));
    }

    @Test
    void readsEveryKeyOfTheNonLinearInversion() throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/forward_model/type", json("\"integral\""));
        put(json, "/fwi/tolerance", json("1e-3"));
        put(json, "/inversion", json("""
                {"Iter1": {"n": 3, "tolerance": 0}, "n_max": 7, "do_reg": false, "outer_tolerance": 1e-4,
                 "velocity_bounds": {"min": 1000, "max": 4000}, "offset_range": {"min": 100, "max": 500},
                 "stages": [{"last": 3}, {"first": 4, "last": 19, "n_max": 2}]}
                """));
        put(json, "/kernels/1/config", json("{\"c_0\": 4000}"));
        Experiment experiment = read(json);
        assertThat(experiment.notices()).containsExactly(file + ": accepted, without effect here: fwi.tolerance");
        InversionProblem problem = experiment.problem();
        assertThat(problem.nonLinear())
                .isEqualTo(new NonLinearSettings(
                        3,
                        0,
                        false,
                        1e-4,
                        -3,
                        0.75,
                        new OffsetRange(100, 500),
                        List.of(new NonLinearSettings.Stage(0, 3, 7), new NonLinearSettings.Stage(4, 19, 2))));
        assertThat(problem.operatorFrequencies()).isEqualTo(16);
        assertThat(problem.operatorRows()).isEqualTo(16 * 20 * 20);
        assertThat(experiment.kernels().get(1).problem().nonLinear().maxContrast())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /inversion/stages | [{"first": 5, "last": 3}] | inversion.stages[0].first = 5: must not be above inversion.stages[0].last = 3; exchange them
            /inversion/stages | [{"first": 5}] | inversion.stages[0].last: missing; give a whole number from 0 to 2147483647
            /inversion/stages | [{"last": 20}] | inversion.stages[0].last = 20: must be below fwi.Freq.nTotal = 20, frequencies count from 0; correct either
            /inversion/velocity_bounds | {"min": 5, "max": 4} | inversion.velocity_bounds.min = 5: must not be above inversion.velocity_bounds.max = 4; exchange them
            /inversion/Iter1/n | 0 | inversion.Iter1.n = 0: must be a whole number from 1 to 1000000; correct the value
            /inversion/outer_tolerance | 0 | inversion.outer_tolerance = 0: must be a number from 1e-100 to 1; correct the value
            /inversion/offset_range | {"min": 5, "max": 4} | inversion.offset_range.min = 5: must not be above inversion.offset_range.max = 4; exchange them
            /inversion/offset_range | {"min": 961} | inversion.offset_range = {"min":961}: leaves out every measurement, sources and receivers are from 0 to 960 m apart; widen the range
            /inversion/start | "start.npy" | inversion.start = "start.npy": must be an object { }; correct the value
            /inversion/start | {} | inversion.start.data: missing; name a data set of one grid
            /inversion/start | {"data": "hdfs://[/a"} | inversion.start.data = "hdfs://[/a": must be a path or a URI; correct the value
            /inversion/start | {"data": "a.npy", "data_kind": "pressure"} | inversion.start.data_kind = "pressure": must be one of contrast, velocity; correct the value
            /fwi/mode | "fwi-python" | fwi.mode = "fwi-python": must be standard where forward_model.type is not born: FWI-python is linear; remove the key
            /forward_model/Iter2 | {"solver": "gmres", "calcAlpha": true} | forward_model.Iter2.calcAlpha = true: is for the series alone; remove it, or the solver
            /forward_model/Iter2/solver | "gmres2" | forward_model.Iter2.solver = "gmres2": must be one of series, gmres; correct the value
            /forward_model/Iter2/n | 0 | forward_model.Iter2.n = 0: must be a whole number from 1 to 1000000; correct the value
            /forward_model | {"Iter2": {}, "PMLWidthFactor": {}} | forward_model.type: missing; give integral or finite_difference, as there are keys of both
            /forward_model | {"type": "finite_difference", "SourceParameter": {"r": -1}} | forward_model.SourceParameter.r = -1: must be a whole number from 0 to 100; correct the value
            /forward_model | {"SourceParameter": {"boundaryConditionType": "SecondOrderABC"}} | forward_model.SourceParameter.boundaryConditionType = "SecondOrderABC": must be PML or FirstOrderABC, between which PMLWidthFactor decides; remove the key
            /forward_model/boundaryConditionType | "SecondOrderABC" | forward_model.boundaryConditionType = "SecondOrderABC": must be PML or FirstOrderABC, between which PMLWidthFactor decides; remove the key
            """)
    void refusesOfTheNonLinearInversion(String pointer, String value, String problem) throws IOException {
        ObjectNode json = experiment("forward_model", "{\"type\": \"integral\"}");
        put(json, pointer, json(value));
        assertProblems(json, problem);
    }

    @Test
    void readsHowSyntheticDataAreMade() throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/synthetic", json("{}"));
        assertThat(read(json).problem().synthetic()).isEqualTo(new SyntheticSettings(new Born(), 0, 1));
        assertThat(read(json).problem().sameOperator()).isTrue();
        put(json, "/synthetic", json("{\"noise\": 0.05, \"seed\": 7, \"forward_model\": {\"Iter2\": {\"n\": 9}}}"));
        Experiment experiment = read(json);
        SyntheticSettings settings = new SyntheticSettings(new Integral(Solver.NEUMANN_SERIES, 9, 5e-5), 0.05, 7);
        assertThat(experiment.problem().synthetic()).isEqualTo(settings);
        assertThat(experiment.problem().sameOperator()).isFalse();
        assertThat(experiment.problem().isLinear()).isTrue();
        assertThat(experiment.kernels())
                .allSatisfy(kernel -> assertThat(kernel.problem().synthetic()).isEqualTo(settings));
        json.put("data_kind", "pressure").remove("kernels");
        assertProblems(json, "synthetic: is for models, but data_kind is pressure; remove it");
        json.remove("data_kind");
        put(json, "/synthetic/noise", json("-1"));
        assertProblems(json, "synthetic.noise = -1: must be a number from 0 to 1000000; correct the value");
    }

    @Test
    void resolvesTheModelToStartFrom() throws IOException {
        ObjectNode json = experiment("forward_model", "{\"type\": \"integral\"}");
        json.put("data_kind", "velocity");
        json.put("inversion", "inversion.json");
        write("inversion.json", "{\"start\": {\"data\": \"models/../start.npy\"}}");
        Experiment experiment = read(json);
        String resolved = folder.resolve("start.npy").toString();
        assertThat(experiment.start()).isEqualTo(new StartSettings(resolved, DataKind.VELOCITY));
        assertThat(json(experiment.json()).at("/inversion/start/data").textValue())
                .isEqualTo(resolved);
        assertThat(ExperimentReader.ofRun(experiment.json()).start()).isEqualTo(experiment.start());
        json.put("data_kind", "pressure");
        assertThat(read(json).start().dataKind()).isEqualTo(DataKind.CONTRAST);
        write("inversion.json", "{\"start\": {\"data\": \"hdfs://nn/a.npy\", \"data_kind\": \"velocity\"}}");
        assertThat(read(json).start()).isEqualTo(new StartSettings("hdfs://nn/a.npy", DataKind.VELOCITY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"outer_tolerance", "velocity_bounds", "offset_range", "stages", "start"})
    void refusesWithBornWhatIsForTheNonLinearInversion(String key) throws IOException {
        ObjectNode json = experiment();
        put(json, "/inversion/" + key, json("[]"));
        assertProblems(
                json,
                "inversion." + key + ": is for the inversion with forward_model.type = integral or finite_difference;"
                        + " remove it, or choose one of them");
    }

    @Test
    void kernelsNoteOnlyTheirOwnKeys() throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/fwi/threads", json("1"));
        put(json, "/kernels/1/config", json("{\"verbosity\": true}"));
        assertThat(read(json).notices())
                .containsExactly(
                        file + ": accepted, without effect here: fwi.threads",
                        file + ": accepted, without effect here: kernels[1].config.verbosity");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    grids.npy                   | %s/grids.npy
                    ../other/./my grids.txt     | %s/../other/my grids.txt
                    /data/grids.parquet         | /data/grids.parquet
                    hdfs:/data/../grids         | hdfs:/data/../grids
                    hdfs://nn:8020/a b/c.npy    | hdfs://nn:8020/a b/c.npy
                    s3a://bucket/grids.txt      | s3a://bucket/grids.txt
                    file:///data/grids.txt      | file:///data/grids.txt
                    run:1.txt                   | %s/run:1.txt
                    100%%23?a#b{1}.txt          | %s/100%%23?a#b{1}.txt
                    """)
    void resolvesDataAgainstTheFoldersFile(String data, String expected) throws IOException {
        String resolved = expected.startsWith("%s")
                ? Path.of(expected.formatted(folder)).normalize().toString()
                : expected;
        String given = data.formatted();
        Experiment experiment = read(experiment().put("data", given));
        assertThat(experiment.data()).isEqualTo(resolved);
        assertThat(json(experiment.json()).get("data").textValue()).isEqualTo(resolved);
    }

    @Test
    void dataOptionWinsAndIsRelativeToTheWorkingFolder() throws IOException {
        write("marmousi.json", experiment().put("data", 5).toString());
        Experiment experiment = ExperimentReader.read(file, Optional.of("datasets/a.txt"));
        String expected = Path.of("datasets/a.txt").toAbsolutePath().toString();
        assertThat(experiment.data()).isEqualTo(expected);
        assertThat(json(experiment.json()).get("data").textValue()).isEqualTo(expected);
        assertThat(ExperimentReader.read(file, Optional.of("hdfs://nn/a.txt")).data())
                .isEqualTo("hdfs://nn/a.txt");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"''", "' '", "hdfs://[/a", "a\0b"})
    void refusesDataOptionThatIsNoPath(String data) throws IOException {
        write("marmousi.json", experiment().toString());
        assertThat(problemsOf(file, Optional.of(data)))
                .containsExactly(
                        "--data = " + data.replace('\0', '?') + ": must be a path or a URI; correct the option");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /fwi/c_0             | -1                   | must be a number from 0.001 to 1e9
                    /fwi/c_0             | 0                    | must be a number from 0.001 to 1e9
                    /fwi/c_0             | "2000"               | must be a number from 0.001 to 1e9
                    /fwi/c_0             | [2000]               | must be a number from 0.001 to 1e9
                    /fwi/c_0             | true                 | must be a number from 0.001 to 1e9
                    /fwi/c_0             | 99999999999999999999 | must be a number from 0.001 to 1e9
                    /fwi/Freq            | 5                    | must be an object { }
                    /fwi/Freq            | [{}]                 | must be an object { }
                    /fwi/Freq/min        | 0                    | must be a number from 1e-9 to 1e15
                    /fwi/Freq/max        | -40                  | must be a number from 1e-9 to 1e15
                    /fwi/Freq/nTotal     | 0                    | must be a whole number from 1 to 100000
                    /fwi/Freq/nTotal     | 2.5                  | must be a whole number from 1 to 100000
                    /fwi/nSources        | -20                  | must be a whole number from 1 to 100000
                    /fwi/nReceivers      | 100001               | must be a whole number from 1 to 100000
                    /fwi/nReceivers      | {}                   | must be a whole number from 1 to 100000
                    /fwi/ngrid           | "10x10"              | must be an object { }
                    /fwi/ngrid/x         | 2                    | must be a whole number from 3 to 100000
                    /fwi/ngrid/z         | 99999999999999999999 | must be a whole number from 3 to 100000
                    /fwi/reservoirTopLeft | "0,0"               | must be an object { }
                    /fwi/reservoirTopLeft/x | 1e10              | must be a number from -1e9 to 1e9
                    /fwi/sourcesTopLeft/z | "-5"                | must be a number from -1e9 to 1e9
                    /fwi/receiversBottomRight/x | []            | must be a number from -1e9 to 1e9
                    /fwi/tolerance       | 0                    | must be a number from 1e-100 to 1
                    /fwi/max             | 0                    | must be a whole number from 1 to 2147483647
                    /fwi/max             | 2147483648           | must be a whole number from 1 to 2147483647
                    /fwi/mode            | "fwi"                | must be one of standard, fwi-python
                    /fwi/mode            | 1                    | must be one of standard, fwi-python
                    /name                | ""                   | must be text of 1 to 4096 characters without control characters
                    /name                | "a\\nb"              | must be text of 1 to 4096 characters without control characters
                    /name                | 5                    | must be text of 1 to 4096 characters without control characters
                    /data                | " "                  | must be text of 1 to 4096 characters without control characters
                    /data                | "a\\u0000b"          | must be text of 1 to 4096 characters without control characters
                    /data                | {}                   | must be text of 1 to 4096 characters without control characters
                    /data                | "hdfs://[/a"         | must be a path or a URI
                    /data                | "\\uD800"            | must be text of 1 to 4096 characters without control characters
                    /name                | "a\\u202Eb"          | must be text of 1 to 4096 characters without control characters
                    /name                | "a\\u009Bb"          | must be text of 1 to 4096 characters without control characters
                    /data_kind           | "Contrast"           | must be one of contrast, velocity, pressure
                    /precision           | "double"             | must be one of float64, u280-host, float32
                    /replicate           | 0                    | must be a whole number from 1 to 2147483647
                    /redundant           | 1000001              | must be a whole number from 1 to 1000000
                    /inversion           | 5                    | must be an object { } or the name of a file of one
                    /inversion/DeltaAmplification | 5           | must be an object { }
                    /inversion/DeltaAmplification/start | 0     | must be a number from 1e-9 to 1e9
                    /inversion/DeltaAmplification/slope | -1    | must be a number from 0 to 1e9
                    /inversion/do_reg    | "false"              | must be true or false
                    /forward_model       | []                   | must be an object { } or the name of a file of one
                    /forward_model/type  | 5                    | must be one of born, integral, finite_difference
                    /kernels             | {}                   | must be a list [ ] of at most 1000 objects
                    /kernels/1           | "b.xclbin"           | must be an object { }
                    /kernels/1/path_to_bitstream | ""           | must be text of 1 to 4096 characters without control characters
                    /kernels/1/no_instances | 0                 | must be a whole number from 1 to 1000
                    /kernels/1/batch_size | -5                  | must be a whole number from 1 to 1000000000000
                    /kernels/1/batch_size | "500"               | must be a whole number from 1 to 1000000000000
                    /kernels/1/host      | 5                    | must be text of 1 to 4096 characters without control characters
                    /kernels/1/device    | -1                   | must be a whole number from 0 to 1000
                    /kernels/1/device    | {}                   | must be text of 1 to 4096 characters without control characters
                    /kernels/1/config    | []                   | must be an object { }
                    /kernels/1/config/c_0 | -1                  | must be a number from 0.001 to 1e9
                    /kernels/1/config/Freq | 5                  | must be an object { }
                    /kernels/1/config/ngrid/x | 1               | must be a whole number from 3 to 100000
                    """)
    void refusesValueOutsideItsLimit(String pointer, String value, String limit) throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, pointer, json(value));
        assertProblems(
                json,
                key(pointer) + " = " + Messages.line(json(value).toString()) + ": " + limit + "; correct the value");
    }

    /** A JSON pointer as messages name a key. */
    private static String key(String pointer) {
        return pointer.substring(1).replaceAll("/(\\d+)", "[$1]").replace('/', '.');
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /fwi/Freq/min | 50 | fwi.Freq.min = 50: must not be above fwi.Freq.max = 40; exchange them
                    /fwi/reservoirTopLeft/x | 300 | fwi.reservoirTopLeft = {"x":300,"z":0.0}: must be left of and above fwi.reservoirBottomRight, by 1e-6 m or more (z points down); exchange or correct them
                    /fwi/reservoirBottomRight/z | 4.9e-324 | fwi.reservoirTopLeft = {"x":-300.0,"z":0.0}: must be left of and above fwi.reservoirBottomRight, by 1e-6 m or more (z points down); exchange or correct them
                    /fwi/ngrid | {"x":65536,"z":65536} | fwi.ngrid = {"x":65536,"z":65536}: makes 4294967296 cells, the limit is 2147483639; use fewer cells
                    /fwi/inversion | "GradientDescent" | fwi.inversion = "GradientDescent": must be ConjugateGradient, the method of this application; remove the key
                    /inversion/do_reg | false | inversion.do_reg = false: must be true with the born forward model; remove the key
                    /forward_model/type | "eikonal" | forward_model.type = "eikonal": must be one of born, integral, finite_difference; correct the value
                    /kernels/1/batch_size | 150 | kernels[1].batch_size = 150: must be a multiple of 100, the cells of a grid (ngrid.x * ngrid.z); count values, not grids
                    /kernels/1/uuid | "12ab" | kernels[1].uuid = "12ab": must be a UUID of the form 8-4-4-4-12 hexadecimal digits; octospark xclbin info shows a file's
                    /kernels/1/functions | [] | kernels[1].functions = []: must be a list with one entry for each unit, no_instances = 1; give each unit [{"dotprod_N": [banks]}, {"update_N": [banks]}]
                    /kernels/1/functions | [[]] | kernels[1].functions[0] = []: must be one dotprod_N and one update_N with 3 memory banks each; write it as in conf/notebook.json
                    /kernels/1/functions | [{"a":1}] | kernels[1].functions[0] = {"a":1}: must be one dotprod_N and one update_N with 3 memory banks each; write it as in conf/notebook.json
                    /kernels/1/functions | [[{"dotprod_1":["a","b","c"]},{"update_1":["a","b"]}]] | kernels[1].functions[0] = [{"dotprod_1":["a","b","c"]},{"update_1":["a","b"]}]: must be one dotprod_N and one update_N with 3 memory banks each; write it as in conf/notebook.json
                    /kernels/1/functions | [[{"dotprod_1":["a","b",0]},{"update_1":["a","b","c"]}]] | kernels[1].functions[0] = [{"dotprod_1":["a","b",0]},{"update_1":["a","b","c"]}]: must be one dotprod_N and one update_N with 3 memory banks each; write it as in conf/notebook.json
                    /kernels/1/config/Freq | {"max":5} | fwi.Freq.min = 10.0: must not be above kernels[1].config.Freq.max = 5; exchange them
                    /kernels/1/config/reservoirBottomRight | {"x":-400} | fwi.reservoirTopLeft = {"x":-300.0,"z":0.0}: must be left of and above kernels[1].config.reservoirBottomRight, by 1e-6 m or more (z points down); exchange or correct them
                    /kernels/1/config/ngrid | {"x":20} | kernels[1].config.ngrid = {"x":20}: must be that of fwi, as all kernels share one data set; remove the key
                    /kernels/1/config/c0 | 5 | kernels[1].config.c0: unknown key; known keys are c_0, Freq, reservoirTopLeft, reservoirBottomRight, sourcesTopLeft, sourcesBottomRight, receiversTopLeft, receiversBottomRight, nSources, nReceivers, ngrid, tolerance, max, mode, inversion, ngrid_original, verbosity, fileName, forward, threads; correct or remove it
                    /kernels/1/config/Freq/n | 5 | kernels[1].config.Freq.n: unknown key; known keys are min, max, nTotal; correct or remove it
                    /fwi/ngrid/y | 5 | fwi.ngrid.y: unknown key; known keys are x, z; correct or remove it
                    /fwi/receiversTopLeft/y | null | fwi.receiversTopLeft.y: unknown key; known keys are x, z; correct or remove it
                    /inversion/tolerance | 5 | inversion.tolerance: unknown key; known keys are DeltaAmplification, do_reg, outer_tolerance, velocity_bounds, offset_range, stages, start, Iter1, n_max; correct or remove it
                    /inversion/DeltaAmplification/a | 5 | inversion.DeltaAmplification.a: unknown key; known keys are start, slope; correct or remove it
                    /forward_model/n | 5 | forward_model.n: unknown key; known keys are type, Iter2, PMLWidthFactor, SourceParameter, CostFunction, boundaryConditionType; correct or remove it
                    /kernels/1/batchsize | 5 | kernels[1].batchsize: unknown key; known keys are path_to_bitstream, no_instances, batch_size, functions, host, device, rows, cols, uuid, config; correct or remove it
                    /seed | 5 | seed: unknown key; known keys are name, fwi, inversion, forward_model, synthetic, data, data_kind, replicate, redundant, precision, kernels, accelerator; correct or remove it
                    """)
    void refuses(String pointer, String value, String problem) throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, pointer, json(value));
        assertProblems(json, problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"nSources\": 5}", "{\"nReceivers\": 5}", "{\"Freq\": {\"nTotal\": 5}}"})
    void refusesAnotherSurveyOfMeasuredData(String fwi) throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/kernels/1/config", json(fwi));
        assertThat(read(json).kernels()).hasSize(2);
        put(json, "/data_kind", json("\"pressure\""));
        assertProblems(
                json,
                "kernels[1].config: must have Freq.nTotal, nReceivers and nSources of fwi, as all kernels share one set of"
                        + " measured data; remove the keys");
        put(json, "/kernels/1/config", json("{\"c_0\": 1900, \"tolerance\": 1e-3}"));
        assertThat(read(json).dataKind()).isEqualTo(DataKind.PRESSURE);
    }

    /** A value of null is as good as a missing key. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /fwi                    | give an object { } or the name of a file of one
                    /fwi/c_0                | give a number from 0.001 to 1e9
                    /fwi/Freq               | give an object { }
                    /fwi/Freq/min           | give a number from 1e-9 to 1e15
                    /fwi/Freq/nTotal        | give a whole number from 1 to 100000
                    /fwi/reservoirTopLeft   | give an object { }
                    /fwi/reservoirBottomRight/x | give a number from -1e9 to 1e9
                    /fwi/sourcesBottomRight | give an object { }
                    /fwi/nSources           | give a whole number from 1 to 100000
                    /fwi/ngrid              | give an object { }
                    /fwi/ngrid/z            | give a whole number from 3 to 100000
                    /data                   | name a data set here or with --data
                    /kernels/1/path_to_bitstream | name the xclbin file
                    """)
    void namesMissingKeyOnce(String pointer, String remedy) throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/fwi/mode", json("\"fwi-python\""));
        ObjectNode without = json.deepCopy();
        JsonPointer place = JsonPointer.compile(pointer);
        ((ObjectNode) without.at(place.head())).remove(place.last().getMatchingProperty());
        assertProblems(without, key(pointer) + ": missing; " + remedy);
        put(json, pointer, json("null"));
        assertProblems(json, key(pointer) + ": missing; " + remedy);
    }

    /** What depends on a faulty value is not reported as well. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /fwi/nSources             | -1
                    /fwi/ngrid/x              | 0
                    /fwi/Freq/max             | -1
                    /fwi/reservoirTopLeft     | {"x":900,"z":0}
                    /fwi/reservoirBottomRight/z | "deep"
                    /kernels/0/no_instances   | 0
                    /kernels/0/batch_size     | 0.5
                    /kernels/1/config/nSources | -1
                    /kernels/1/config/ngrid   | 5
                    """)
    void reportsOneFaultInOneLine(String pointer, String value) throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/fwi/mode", json("\"fwi-python\""));
        put(
                json,
                "/kernels/0/functions",
                json("[[{\"dotprod_1\": [\"a\", \"b\", \"c\"]}, {\"update_1\": [\"a\", \"b\", \"c\"]}]]"));
        assertThat(read(json)).isNotNull();
        put(json, pointer, json(value));
        write("marmousi.json", json.toString());
        assertThat(problemsOf(file, Optional.empty()))
                .singleElement()
                .asString()
                .contains(key(pointer) + " = ");
    }

    @Test
    void reportsAllProblemsAtOnce() throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/fwi/c_0", json("-2"));
        put(json, "/fwi/ngrid/x", json("2"));
        put(json, "/fwi/nReceivers", json("null"));
        put(json, "/data", json("null"));
        put(json, "/replicate", json("0"));
        put(json, "/kernels/0/batch_size", json("null"));
        put(json, "/kernels/1/host", json("[]"));
        put(json, "/kernels/1/config", json("{\"max\": 0, \"Freq\": {\"nTotal\": 0}}"));
        put(json, "/a\nkey", json("1"));
        assertProblems(
                json,
                "fwi.c_0 = -2: must be a number from 0.001 to 1e9; correct the value",
                "fwi.nReceivers: missing; give a whole number from 1 to 100000",
                "fwi.ngrid.x = 2: must be a whole number from 3 to 100000; correct the value",
                "data: missing; name a data set here or with --data",
                "replicate = 0: must be a whole number from 1 to 2147483647; correct the value",
                "kernels[1].host = []: must be text of 1 to 4096 characters without control characters; correct the"
                        + " value",
                "kernels[1].config.Freq.nTotal = 0: must be a whole number from 1 to 100000; correct the value",
                "kernels[1].config.max = 0: must be a whole number from 1 to 2147483647; correct the value",
                "kernels = [{\"path_to_bitstream\":\"a.xclbin\",\"batch_size\":null},{\"pat...: some have a batch_size and"
                        + " some have none; give all of them one, or none",
                "a?key: unknown key; known keys are name, fwi, inversion, forward_model, synthetic, data, data_kind, replicate,"
                        + " redundant, precision, kernels, accelerator; correct or remove it");
    }

    @Test
    void refusesNumberTooLargeForADouble() throws IOException {
        assertProblems(
                experiment().toString().replace("2000.0", "1e400"),
                "fwi.c_0 = \"Infinity\": must be a number from 0.001 to 1e9; correct the value");
        assertProblems(
                experiment().toString().replace("2000.0", "-1e400"),
                "fwi.c_0 = \"-Infinity\": must be a number from 0.001 to 1e9; correct the value");
    }

    @Test
    void refusesWhatModeFwiPythonCanNotDo() throws IOException {
        ObjectNode json = experiment();
        put(json, "/fwi/mode", json("\"fwi-python\""));
        put(json, "/fwi/nSources", json("19"));
        put(json, "/fwi/ngrid/x", json("601"));
        assertProblems(
                json,
                "fwi.nSources = 19: must equal fwi.nReceivers = 20 in mode fwi-python, which takes the receivers for"
                        + " sources; use mode standard",
                "fwi.ngrid = {\"x\":601,\"z\":10}: makes cells under 1 m, which mode fwi-python cuts to 0; use mode"
                        + " standard or fewer cells");
    }

    @Test
    void refusesFunctionOfTwoUnits() throws IOException {
        String unit = "[{\"dotprod_1\":[\"a\",\"b\",\"c\"]},{\"update_%d\":[\"a\",\"b\",\"c\"]}]";
        ObjectNode json = experiment("kernels", "[{\"path_to_bitstream\": \"a.xclbin\", \"no_instances\": 2}]");
        put(json, "/kernels/0/functions", json("[" + unit.formatted(1) + "," + unit.formatted(2) + "]"));
        assertProblems(
                json,
                "kernels[0].functions[1] = [{\"dotprod_1\":[\"a\",\"b\",\"c\"]},{\"update_2\":[\"a\",\"b\",\"c\"]}]: names"
                        + " dotprod_1 of another unit; give each unit its own");
    }

    @Test
    void namesTheIncludedFileOfAFault() throws IOException {
        JsonNode fwi = ((ObjectNode) json(Experiments.FWI)).put("c_0", 0).put("seed", 1);
        Path included = write("GenericInput.json", fwi.toString());
        write("marmousi.json", experiment("fwi", "\"GenericInput.json\"").toString());
        assertThat(problemsOf(file, Optional.empty()))
                .containsExactly(
                        included + ": c_0 = 0: must be a number from 0.001 to 1e9; correct the value",
                        included + ": seed: unknown key; known keys are c_0, Freq, reservoirTopLeft,"
                                + " reservoirBottomRight, sourcesTopLeft, sourcesBottomRight, receiversTopLeft,"
                                + " receiversBottomRight, nSources, nReceivers, ngrid, tolerance, max, mode, inversion,"
                                + " ngrid_original, verbosity, fileName, forward, threads; correct or remove it");
    }

    @Test
    void refusesFaultyIncludesAllAtOnce() throws IOException {
        Path broken = write("broken.json", "{\n  \"Iter1\": ");
        ObjectNode json = experiment();
        json.put("fwi", "missing.json").put("inversion", "broken.json").put("forward_model", ".");
        json.put("replicate", -1);
        assertProblems(
                json,
                "fwi = \"missing.json\": " + folder.resolve("missing.json") + ": no such file; check the path",
                "inversion = \"broken.json\": " + broken + ": line 2, column 12: not valid JSON: Unexpected"
                        + " end-of-input within/between Object entries; correct the file",
                "forward_model = \".\": " + folder.resolve(".") + ": is a folder; name a file",
                "replicate = -1: must be a whole number from 1 to 2147483647; correct the value");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "marmousi.json"   | is this file itself; name the file of the object
                    "./marmousi.json" | is this file itself; name the file of the object
                    ""                | must be text of 1 to 4096 characters without control characters; correct the value
                    "a\\u0000b"       | must be text of 1 to 4096 characters without control characters; correct the value
                    "\\uD800"         | must be text of 1 to 4096 characters without control characters; correct the value
                    """)
    void refusesFileNameOfFwi(String name, String problem) throws IOException {
        assertProblems(
                experiment("fwi", name), "fwi = " + Messages.line(json(name).toString()) + ": " + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ``                    | must hold one JSON object { }; correct the file
                    []                    | must hold one JSON object { }; correct the file
                    null                  | must hold one JSON object { }; correct the file
                    {"a" 1}               | line 1, column 6/7: not valid JSON: Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value; correct the file
                    {"a": 1,\\n "b": tru} | line 2, column 7/11: not valid JSON: Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false'); correct the file
                    {"a": NaN}            | line 1, column 10: not valid JSON: Non-standard token 'NaN'; correct the file
                    {"a": [1, 2           | line 1, column 12: not valid JSON: Unexpected end-of-input: expected close marker for Array (start marker at line 1, column 7); correct the file
                    {"a": 1, "a": 2}      | line 1, column 13: not valid JSON: Duplicate field 'a'; correct the file
                    {"b\\u000a":1,"b\\u000a":1} | line 1, column 23: not valid JSON: Duplicate field 'b?'; correct the file
                    {} {}                 | line 1, column 4: something follows the object; remove it
                    {"a": 01}             | line 1, column 8: not valid JSON: Invalid numeric value: Leading zeroes not allowed; correct the file
                    """)
    void refusesFileThatIsNotAnObject(String text, String problem) throws IOException {
        write("marmousi.json", text.replace("\\n", "\n"));
        // Where there are two columns, the second is that of Spark 3.5's older parser.
        assertThat(problemsOf(file, Optional.empty()))
                .singleElement()
                .isIn(
                        file + ": " + problem.replaceAll("(column \\d+)/\\d+", "$1"),
                        file + ": " + problem.replaceAll("column \\d+/", "column "));
    }

    @ParameterizedTest
    @CsvSource({"[, 100000, 107, epth (101) exceeds", "9, 2000, 2007, length (2000) exceeds"})
    void refusesNestingAndNumbersBeyondTheParsersLimits(String character, int count, int column, String reason)
            throws IOException {
        write("marmousi.json", "{\"a\": " + character.repeat(count) + "}");
        assertThat(problemsOf(file, Optional.empty()))
                .singleElement()
                .asString()
                .startsWith(file + ": line 1, column " + column + ": not valid JSON: ")
                .contains(reason)
                .endsWith("; correct the file");
    }

    @Test
    void whatANameBringsInMayBeAsDeepAsAFile() throws IOException {
        String nested = "[".repeat(99) + "]".repeat(99);
        write(
                "GenericInput.json",
                ((ObjectNode) json(Experiments.FWI))
                        .set("verbosity", json(nested))
                        .toString());
        assertThat(read(experiment("fwi", "\"GenericInput.json\"")).json()).contains("\"verbosity\":" + nested);
    }

    @Test
    void refusesWhatIsNoTextFile() throws IOException {
        byte[] binary = new byte[1000];
        new Random(1).nextBytes(binary);
        binary[0] = 0x7f;
        Files.write(file, binary);
        assertThat(problemsOf(file, Optional.empty()))
                .singleElement()
                .asString()
                .startsWith(file + ": line 1, column ")
                .endsWith("; correct the file");
        Files.write(file, new byte[1000]);
        assertThat(problemsOf(file, Optional.empty()))
                .singleElement()
                .asString()
                .startsWith(file + ": ");
        Files.write(file, "{\"a\": \"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problemsOf(file, Optional.empty()))
                .singleElement()
                .asString()
                .startsWith(file + ": line 1, column ")
                .contains("Invalid UTF-8");
    }

    @Test
    void skipsAByteOrderMark() throws IOException {
        assertThat(read("\ufeff" + experiment()).name()).isEqualTo("marmousi");
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        assertThat(problemsOf(folder, Optional.empty())).containsExactly(folder + ": is a folder; name a file");
        assertThat(problemsOf(file, Optional.empty())).containsExactly(file + ": no such file; check the path");
        assertThat(problemsOf(Path.of(""), Optional.empty())).containsExactly(": is a folder; name a file");
        assertThat(problemsOf(Path.of("/"), Optional.empty())).containsExactly("/: is a folder; name a file");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThat(problemsOf(file, Optional.empty()))
                .containsExactly(
                        file + ": 1048577 bytes, the limit of a configuration is 1048576; is it the right file?");
    }

    @Test
    void refusesFileThatCanNotBeRead() throws IOException {
        Path device = Path.of("/dev/null");
        assumeThat(device).exists();
        assertThat(problemsOf(device, Optional.empty())).containsExactly(device + ": is not a plain file; name one");
        // Such files say that they have no bytes, and have a million million or keep their readers waiting.
        Path memory = Path.of("/proc/self/pagemap");
        assumeThat(memory).exists();
        assertThat(problemsOf(memory, Optional.empty()))
                .containsExactly(memory + ": must hold one JSON object { }; correct the file");
    }

    @Test
    void nothingButInvalidInputEscapes() throws IOException {
        write("GenericInput.json", Experiments.FWI);
        ObjectNode sound =
                (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        put(sound, "/inversion", json("{\"DeltaAmplification\": {\"start\": 50, \"slope\": 10}, \"do_reg\": true}"));
        put(sound, "/forward_model", json("{\"type\": \"born\"}"));
        put(sound, "/kernels/1", json(KERNELS).get(1));
        String text = sound.toPrettyString();
        Random random = new Random(1);
        Pattern line = Pattern.compile(Pattern.quote(folder.toString()) + "\\P{Cntrl}+");
        int accepted = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] input =
                    i % 2 == 0 ? mutatedBytes(text, random) : MAPPER.writeValueAsBytes(mutatedTree(sound, random));
            Files.write(file, input);
            try {
                Experiment experiment = ExperimentReader.read(file, Optional.empty());
                assertThat(experiment.problem().grid().cells()).isGreaterThanOrEqualTo(9);
                accepted++;
            } catch (InvalidInputException e) {
                assertThat(e.messages()).isNotEmpty().allMatch(problem -> line.matcher(problem)
                        .matches());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + i + ": " + new String(input, StandardCharsets.UTF_8), e);
            }
        }
        assertThat(accepted).isBetween(100, 2900);
    }

    private static byte[] mutatedBytes(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int start = random.nextInt(bytes.length);
        int end = Math.min(bytes.length, start + 1 + random.nextInt(8));
        switch (random.nextInt(4)) {
            case 0 -> bytes[start] = (byte) random.nextInt(256);
            case 1 -> bytes[start] = (byte) "{}[]\":,0123456789.eE-+ntf\\ ".charAt(random.nextInt(27));
            case 2 -> bytes = Arrays.copyOf(bytes, start);
            default -> {
                byte[] shorter = Arrays.copyOf(bytes, bytes.length - (end - start));
                System.arraycopy(bytes, end, shorter, start, bytes.length - end);
                bytes = shorter;
            }
        }
        return bytes;
    }

    /** Some of the values replaced, removed or given under another key. */
    static JsonNode mutatedTree(ObjectNode sound, Random random) {
        ObjectNode tree = sound.deepCopy();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            List<JsonNode> containers = new ArrayList<>();
            collect(tree, containers);
            JsonNode container = containers.get(random.nextInt(containers.size()));
            JsonNode value = random.nextInt(3) == 0
                    ? containers.get(random.nextInt(containers.size())).deepCopy()
                    : json(ODD_VALUES.get(random.nextInt(ODD_VALUES.size())));
            if (container instanceof ArrayNode array) {
                array.insert(random.nextInt(array.size() + 1), value);
            } else if (container instanceof ObjectNode object && !object.isEmpty()) {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                String name = names.get(random.nextInt(names.size()));
                switch (random.nextInt(6)) {
                    case 0 -> object.remove(name);
                    case 1 -> object.set(name + "\n\u0000", value);
                    default -> object.set(name, value);
                }
            }
        }
        return tree;
    }

    private static final List<String> ODD_VALUES = oddValues();

    private static List<String> oddValues() {
        List<String> values = new ArrayList<>(List.of(
                "null", "true", "0", "-1", "1", "1e400", "-1e400", "1e-400", "4.9e-324", "1e9", "-1e9", "2.5", "20.0"));
        values.addAll(List.of("99999999999999999999", "2147483647", "9007199254740993", "65536", "100000", "1000"));
        values.addAll(List.of("[]", "{}", "[[]]", "[{}]", "{\"\": {}}", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\uD800\""));
        values.addAll(List.of("\"GenericInput.json\"", "\"marmousi.json\"", "\".\"", "\"/\"", "\"fwi-python\""));
        values.addAll(List.of("\"hdfs://[/\"", "\"a:b:c\"", "\"://\"", "\"x://%zz/ \"", "\"%00\"", "\"\\n\""));
        values.addAll(IntStream.of(10, 90)
                .mapToObj(depth -> "[".repeat(depth) + "]".repeat(depth))
                .toList());
        return values;
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode() && containers.size() < 100) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    @Test
    @Timeout(60)
    void aLongKeyThatIsThereTwiceIsShownInPart() throws IOException {
        String key = "[Source: ".repeat(5_000);
        Path file = write("twice.json", "{\"" + key + "\": 1, \"" + key + "\": 2}");
        String half = key.substring(0, 82);
        assertThat(problemsOf(file, Optional.empty()))
                .containsExactly(file + ": line 1, column 90011: not valid JSON: Duplicate field '" + half + "..."
                        + key.substring(key.length() - 97) + "'; correct the file");
    }

    @Test
    @Timeout(60)
    void ofVeryManyProblemsTheFirstHundredAreNamed() throws IOException {
        ObjectNode json = experiment();
        for (int i = 0; i < 60_000; i++) {
            json.put("k" + i, 0);
        }
        Path file = write("many.json", json.toString());
        List<String> problems = problemsOf(file, Optional.empty());
        assertThat(problems).hasSize(101);
        assertThat(problems.get(99)).startsWith(file + ": k99: unknown key; known keys are name, fwi, ");
        assertThat(problems.get(100)).isEqualTo("There are more than these 100 problems; correct them first");
    }

    @Test
    @Timeout(60)
    void refusesKernelsWithMorePointsThanMemoryMayHold() throws IOException {
        ObjectNode json = experiment("kernels", KERNELS);
        put(json, "/fwi/nReceivers", json("100000"));
        put(json, "/fwi/nSources", json("100000"));
        put(json, "/fwi/Freq/nTotal", json("100000"));
        for (int i = 0; i < 200; i++) {
            put(json, "/kernels/" + i, json("{\"path_to_bitstream\": \"a.xclbin\", \"config\": {}}"));
        }
        assertProblems(
                json,
                "kernels: their configs have more than 1000000 frequencies, sources and receivers in all; use fewer, or give"
                        + " them in fwi");
    }

    @Test
    @Timeout(60)
    void looksForOffsetsAmongTenThousandMillion() throws IOException {
        ObjectNode json = experiment("forward_model", "{\"type\": \"integral\"}");
        put(json, "/fwi/nReceivers", json("100000"));
        put(json, "/fwi/nSources", json("100000"));
        put(json, "/inversion", json("{\"offset_range\": {\"min\": 960.1}}"));
        assertProblems(
                json,
                "inversion.offset_range = {\"min\":960.1}: leaves out every measurement, sources and receivers are from 0 to"
                        + " 959.9999999999999 m apart; widen the range");
        put(json, "/inversion/offset_range/min", json("959.9"));
        assertThat(read(json).problem().survey().receivers()).hasSize(100_000);
    }

    @Test
    @Timeout(60)
    void refusesPipes() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(problemsOf(pipe, Optional.empty())).containsExactly(pipe + ": is not a plain file; name one");
        assertProblems(experiment("fwi", "\"pipe\""), "fwi = \"pipe\": " + pipe + ": is not a plain file; name one");
        assertProblems(
                experiment("fwi", "\"/dev/zero\""), "fwi = \"/dev/zero\": /dev/zero: is not a plain file; name one");
    }

    @Test
    void whatIsStoredIsTextOfATable() throws IOException {
        ObjectNode json = experiment("forward_model", "{\"CostFunction\": \"\\ud800\"}");
        Experiment experiment = read(json);
        assertThat(experiment.json()).contains("{\"CostFunction\":\"?\"}");
        assertThat(ExperimentReader.ofRun(experiment.json()).json()).isEqualTo(experiment.json());
    }

    @Test
    void refusesAStoredConfigurationOfAnySize() {
        String json = "{\"a\": \"" + "x".repeat(8 << 20) + "\"}";
        assertThatThrownBy(() -> ExperimentReader.ofRun(json))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "config_json: 8388617 characters, the limit of a configuration is 1048576; is it the right file?");
    }
}
