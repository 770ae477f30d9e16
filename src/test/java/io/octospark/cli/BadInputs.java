package io.octospark.cli;

import static io.octospark.error.ErrorCode.*;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What users get wrong: commands, and the one error that each ends with. */
final class BadInputs {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String EXPERIMENT =
            " --experiment=DIR/experiment.json --master=local[2] --results=DIR/results";

    /**
     * One wrong command.
     *
     * @param code of the error
     * @param message of the error; {@code DIR} is the folder of {@link BadFiles}, {@code HERE} that of the clone, and
     *     {@code ...} what others say
     * @param command its words
     * @param changes what differs from the notebook's experiment or the example's cluster, by JSON pointer
     */
    record BadInput(ErrorCode code, String message, List<String> command, Map<String, String> changes) {
        /** Writes the experiment's and the cluster's file with the changes. */
        void write(Path folder) throws IOException {
            boolean ofCluster = command.get(0).equals("hosts");
            ObjectNode experiment = BadFiles.notebook();
            ObjectNode cluster = (ObjectNode)
                    MAPPER.readTree(Path.of("conf/cluster_config.json").toFile());
            for (Map.Entry<String, String> change : new TreeMap<>(changes).entrySet()) {
                JsonPointer pointer = JsonPointer.compile(change.getKey());
                JsonNode value = MAPPER.readTree(in(folder, change.getValue()));
                JsonNode parent = (ofCluster ? cluster : experiment).at(pointer.head());
                if (parent instanceof ObjectNode object) {
                    object.set(pointer.last().getMatchingProperty(), value);
                } else {
                    ArrayNode list = (ArrayNode) parent;
                    int index = pointer.last().getMatchingIndex();
                    if (index < list.size()) {
                        list.set(index, value);
                    } else {
                        list.add(value);
                    }
                }
            }
            MAPPER.writeValue(folder.resolve("experiment.json").toFile(), experiment);
            MAPPER.writeValue(folder.resolve("cluster.json").toFile(), cluster);
        }

        String[] words(Path folder) {
            return command.stream().map(word -> in(folder, word)).toArray(String[]::new);
        }

        /** A pattern of the line that is printed. */
        String line(Path folder) {
            return Arrays.stream(("error[" + code + "]: " + message).split("\\.\\.\\.", -1))
                    .map(part -> Pattern.quote(in(folder, part)))
                    .collect(Collectors.joining(".*"));
        }

        private static String in(Path folder, String text) {
            return text.replace("DIR", folder.toString())
                    .replace("HERE", Path.of("").toAbsolutePath().toString());
        }

        @Override
        public String toString() {
            return code + " " + String.join(" ", command) + (changes.isEmpty() ? "" : " " + changes);
        }
    }

    private final List<BadInput> all = new ArrayList<>();

    private BadInputs() {}

    static List<BadInput> all() {
        BadInputs inputs = new BadInputs();
        inputs.usage();
        inputs.experimentFiles();
        inputs.experimentKeys();
        inputs.data();
        inputs.measuredData();
        inputs.startModels();
        inputs.clusters();
        inputs.results();
        inputs.queries();
        inputs.outputs();
        inputs.octoRay();
        inputs.cards();
        inputs.bitstreams();
        inputs.benches();
        inputs.masters();
        return inputs.all;
    }

    /** A command whose words have no spaces, and more words, which may have. */
    private void command(ErrorCode code, String message, String words, String... more) {
        all.add(new BadInput(
                code,
                message,
                Stream.concat(Stream.of(words.split(" ", -1)), Stream.of(more)).toList(),
                Map.of()));
    }

    /** The run of an experiment with a change. */
    private void key(ErrorCode code, String pointer, String value, String message) {
        keys(code, Map.of(pointer, value), message, "");
    }

    private void keys(ErrorCode code, Map<String, String> changes, String message, String options) {
        all.add(new BadInput(code, message, List.of(("run" + EXPERIMENT + options).split(" ", -1)), changes));
    }

    private void run(ErrorCode code, String options, String message) {
        keys(code, Map.of(), message, " " + options);
    }

    /** The run of an experiment with a data set. */
    private void data(ErrorCode code, String name, String message) {
        key(code, "/data", "\"DIR/" + name + "\"", message);
    }

    private void pressure(ErrorCode code, String name, String message) {
        keys(code, Map.of("/data", "\"DIR/" + name + "\"", "/data_kind", "\"pressure\""), message, "");
    }

    private void nonLinear(ErrorCode code, String pointer, String value, String message) {
        keys(
                code,
                Map.of("/forward_model", "{\"type\": \"integral\"}", pointer, value, "/kernels", "null"),
                message,
                "");
    }

    private void cluster(ErrorCode code, String pointer, String value, String message) {
        all.add(new BadInput(code, message, List.of("hosts", "--cluster=DIR/cluster.json"), Map.of(pointer, value)));
    }

    private void usage() {
        command(USAGE, "Unmatched argument at index 0: 'runs'", "runs");
        command(USAGE, "Missing required option: '--experiment=FILE'", "run");
        command(USAGE, "Missing required parameter for option '--experiment' (FILE)", "run --experiment");
        run(USAGE, "--grids=0", "--grids = 0: must be 1 or more; correct the value");
        run(
                USAGE,
                "--grids=99999999999999999999",
                "Invalid value for option '--grids': '99999999999999999999' is not a long");
        run(USAGE, "--units=0", "--units = 0: must be from 1 to 10000; correct the value");
        run(USAGE, "--units=2000000000", "--units = 2000000000: must be from 1 to 10000; correct the value");
        run(USAGE, "--units=x", "Invalid value for option '--units': 'x' is not an int");
        run(USAGE, "--grid=5", "Unknown option: '--grid=5'");
        run(
                USAGE,
                "--partitions-per-unit=1001",
                "--partitions-per-unit = 1001: must be from 1 to 1000; correct the value");
        run(
                USAGE,
                "--backend=gpu",
                "Invalid value for option '--backend': --backend = gpu: must be cpu, xrt, xrt-emulated or auto; correct the value");
        run(
                USAGE,
                "--operator=fast",
                "Invalid value for option '--operator': --operator = fast: must be dense, gram, factored or reduced; correct the value");
        run(
                USAGE,
                "--units=2 --cluster=conf/cluster_config.json",
                "--units = 2: can't be given with --cluster, where the kernels of the experiment say how many units each host has; leave out one of them");
        command(
                RESULTS_NOT_READABLE,
                "--results = : can't be opened: ...; correct the path",
                "sql --results= --master=local[2]",
                "SELECT 1");
        command(USAGE, "Missing required option: '--experiment=FILE'", "plan");
        command(
                USAGE,
                "Invalid value for option '--backend': --backend = cpu: must be xrt or xrt-emulated; correct the value",
                "devices --backend=cpu");
        command(
                USAGE,
                "Invalid value for option '--format': expected one of [TABLE, JSON, CSV] (case-insensitive) but was 'xml'",
                "devices --format=xml");
        command(USAGE, "Missing required option: '--cluster=FILE'", "hosts");
        command(USAGE, "Unknown option: '--limit=5'", "sql --limit=5", "SELECT 1");
        command(USAGE, "Missing required parameter: 'RUN_B'", "compare one");
        command(
                USAGE,
                "Invalid value for positional parameter at index 1 (GRID): 'x' is not a long",
                "picture run x --out=DIR/x.svg");
        command(USAGE, "Missing required option: '--out=FILE'", "picture run 0");
        command(
                USAGE,
                "Invalid value for option '--quantity': expected one of [VELOCITY, CONTRAST] (case-insensitive) but was 'density'",
                "picture run 0 --quantity=density --out=DIR/x.svg");
        command(USAGE, "Missing required parameter: 'RUN'", "export --out=DIR/out");
        command(USAGE, "Missing required option: '--cells=N'", "import DIR/1_500_1.txt");
        command(
                USAGE,
                "Invalid value for option '--model': expected one of [LAYERS, CAMEMBERT, SMOOTH, BLOCKY, TEMPLE] (case-insensitive) but was 'cube'",
                "generate --model=cube --out=DIR/x.npy");
        command(
                USAGE,
                "--grids = 0: must be 1 or more; correct the value",
                "generate --model=layers --out=DIR/x.npy --grids=0");
        command(
                USAGE,
                "--nx, --nz = 2, 10: must be 3 or more; correct the value",
                "generate --model=layers --out=DIR/x.npy --nx=2");
        command(
                USAGE,
                "--nx, --nz = 40000, 50000: must make at most 10000000 cells; correct the value",
                "generate --model=layers --out=DIR/x.npy --nx=40000 --nz=50000");
        command(
                USAGE,
                "--c0 = Infinity: must be a finite number above 0; correct the value",
                "generate --model=layers --out=DIR/x.npy --c0=Infinity");
        command(
                USAGE,
                "--width, --depth = 4.9E-324, 300.0: must be from 0.001 to 1e9 metres; correct the value",
                "generate --model=layers --out=DIR/x.npy --width=4.9e-324");
        command(
                USAGE,
                "--kind = pressure: must be contrast or velocity (simulate makes pressures); correct the value",
                "generate --model=layers --out=DIR/x.npy --kind=pressure");
        command(
                USAGE,
                "--openfwi: is for .npy, not DIR/x.txt; correct the value",
                "generate --model=layers --out=DIR/x.txt --openfwi");
        command(
                USAGE,
                "--noise = -0.1: must be from 0 to 1e6; correct the value",
                "simulate --experiment=conf/notebook.json --out=DIR/p.npy --noise=-0.1");
        command(USAGE, "Missing required option: '--out=PATH'", "simulate --experiment=conf/notebook.json --noise=1");
        command(USAGE, "Missing required subcommand", "xclbin");
        command(USAGE, "Missing required parameter: 'FILE'", "xclbin info");
        command(
                USAGE,
                "--rows = 0: must be 1 to 1000000; correct the value",
                "xclbin create --rows=0 --cols=10 --out=DIR/x.xclbin");
        command(
                USAGE,
                "--units = 65: must be 1 to 64; correct the value",
                "xclbin create --rows=10 --cols=10 --out=DIR/x.xclbin --units=65");
        command(
                USAGE,
                "--bank = dotprod_2: must be dotprod, update, or one of them with _1 to _1; correct the value",
                "xclbin create --rows=10 --cols=10 --out=DIR/x.xclbin --bank=dotprod_2=DDR0");
        command(
                USAGE,
                "Value for option option '--bank' (FUNCTION=BANKS) should be in KEY=VALUE format but was DDR0",
                "xclbin create --rows=10 --cols=10 --out=DIR/x.xclbin --bank=DDR0");
        command(USAGE, "Missing required subcommand", "bench");
        command(
                USAGE,
                "--units = 65: must be from 1 to 64; correct the value",
                "bench scaling --units=1,65 --results=DIR/results");
    }

    private void experimentFiles() {
        command(FILE_NOT_FOUND, "DIR/none.json: no such file; check the path", "run --experiment=DIR/none.json");
        command(FILE_NOT_READABLE, "DIR: is a folder; name a file", "plan --experiment=DIR");
        command(FILE_NOT_READABLE, "/dev/null: is not a plain file; name one", "run --experiment=/dev/null");
        command(
                FILE_NOT_READABLE,
                "DIR/large.json: 1048577 bytes, the limit of a configuration is 1048576; is it the right file?",
                "run --experiment=DIR/large.json");
        command(
                JSON_SYNTAX,
                "DIR/cut.json: line 3, column 1: not valid JSON: ...; correct the file",
                "run --experiment=DIR/cut.json");
        command(
                JSON_SYNTAX,
                "DIR/list.json: must hold one JSON object { }; correct the file",
                "run --experiment=DIR/list.json");
        command(
                JSON_SYNTAX,
                "DIR/two.json: line 1, column 4: something follows the object; remove it",
                "run --experiment=DIR/two.json");
        command(
                JSON_SYNTAX,
                "DIR/twice.json: line 1, column 21: not valid JSON: ...; correct the file",
                "run --experiment=DIR/twice.json");
        command(
                JSON_SYNTAX,
                "DIR/empty.json: must hold one JSON object { }; correct the file",
                "check --experiment=DIR/empty.json");
        command(
                JSON_SYNTAX,
                "DIR/sound.xclbin: line 1, column 10: not valid JSON: ...; correct the file",
                "simulate --experiment=DIR/sound.xclbin --out=DIR/p.npy");
        command(
                FILE_NOT_FOUND,
                "DIR/none.json: no such file; check the path",
                "bench throughput --experiment=DIR/none.json");
        key(
                FILE_NOT_FOUND,
                "/fwi",
                "\"none.json\"",
                "DIR/experiment.json: fwi = \"none.json\": DIR/none.json: no such file; check the path");
        key(
                VALUES_CONFLICT,
                "/fwi",
                "\"experiment.json\"",
                "DIR/experiment.json: fwi = \"experiment.json\": is this file itself; name the file of the object");
    }

    private void experimentKeys() {
        key(
                UNKNOWN_KEY,
                "/grid",
                "5",
                "DIR/experiment.json: grid: unknown key; known keys are name, fwi, inversion, forward_model, synthetic, data, data_kind, replicate, redundant, precision, kernels, accelerator; correct or remove it");
        key(
                UNKNOWN_KEY,
                "/fwi/Freq/step",
                "5",
                "DIR/experiment.json: fwi.Freq.step: unknown key; known keys are min, max, nTotal; correct or remove it");
        key(
                MISSING_KEY,
                "/fwi",
                "null",
                "DIR/experiment.json: fwi: missing; give an object { } or the name of a file of one");
        key(MISSING_KEY, "/fwi/c_0", "null", "DIR/experiment.json: fwi.c_0: missing; give a number from 0.001 to 1e9");
        key(MISSING_KEY, "/data", "null", "DIR/experiment.json: data: missing; name a data set here or with --data");
        key(
                MISSING_KEY,
                "/kernels/0/path_to_bitstream",
                "null",
                "DIR/experiment.json: kernels[0].path_to_bitstream: missing; name the xclbin file");
        key(MISSING_KEY, "/kernels/0/rows", "8000", "DIR/experiment.json: kernels[0].cols: missing; give both or none");
        key(
                VALUE_OUT_OF_RANGE,
                "/fwi",
                "[]",
                "DIR/experiment.json: fwi = []: must be an object { } or the name of a file of one; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/fwi/nSources",
                "-20",
                "DIR/experiment.json: fwi.nSources = -20: must be a whole number from 1 to 100000; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/fwi/nSources",
                "2.5",
                "DIR/experiment.json: fwi.nSources = 2.5: must be a whole number from 1 to 100000; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/fwi/nSources",
                "\"20\"",
                "DIR/experiment.json: fwi.nSources = \"20\": must be a whole number from 1 to 100000; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/fwi/c_0",
                "0",
                "DIR/experiment.json: fwi.c_0 = 0: must be a number from 0.001 to 1e9; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/fwi/mode",
                "\"fast\"",
                "DIR/experiment.json: fwi.mode = \"fast\": must be one of standard, fwi-python; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/fwi/tolerance",
                "0",
                "DIR/experiment.json: fwi.tolerance = 0: must be a number from 1e-100 to 1; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/name",
                "\" \"",
                "DIR/experiment.json: name = \" \": must be text of 1 to 4096 characters without control characters; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/name",
                "\"a\\nb\"",
                "DIR/experiment.json: name = \"a\\nb\": must be text of 1 to 4096 characters without control characters; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/data",
                "\"\"",
                "DIR/experiment.json: data = \"\": must be text of 1 to 4096 characters without control characters; correct the value");
        key(
                SECRET_GIVEN,
                "/data",
                "\"ftp://me:secret@node1/a.npy\"",
                "DIR/experiment.json: data: holds a password; remove it from the URI and give it to Hadoop in its core-site.xml");
        key(
                VALUE_OUT_OF_RANGE,
                "/data",
                "\"hdfs://[/a\"",
                "DIR/experiment.json: data = \"hdfs://[/a\": must be a path or a URI; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/precision",
                "\"float16\"",
                "DIR/experiment.json: precision = \"float16\": must be one of float64, u280-host, float32; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/replicate",
                "0",
                "DIR/experiment.json: replicate = 0: must be a whole number from 1 to 2147483647; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/kernels",
                "{}",
                "DIR/experiment.json: kernels = {}: must be a list [ ] of at most 1000 objects; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/kernels/0",
                "\"a.xclbin\"",
                "DIR/experiment.json: kernels[0] = \"a.xclbin\": must be an object { }; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/kernels/0/uuid",
                "\"abc\"",
                "DIR/experiment.json: kernels[0].uuid = \"abc\": must be a UUID of the form 8-4-4-4-12 hexadecimal digits; octospark xclbin info shows a file's");
        key(
                VALUE_OUT_OF_RANGE,
                "/kernels/0/functions/0",
                "[{\"dotprod_1\": [\"DDR0\"]}]",
                "DIR/experiment.json: kernels[0].functions[0] = [{\"dotprod_1\":[\"DDR0\"]}]: must be one dotprod_N and one update_N with 3 memory banks each; write it as in conf/notebook.json");
        key(
                VALUE_OUT_OF_RANGE,
                "/accelerator",
                "{\"grids_in_flight\": 65}",
                "DIR/experiment.json: accelerator.grids_in_flight = 65: must be a whole number from 1 to 64; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/forward_model",
                "{\"type\": \"magic\"}",
                "DIR/experiment.json: forward_model.type = \"magic\": must be one of born, integral, finite_difference; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/inversion",
                "{\"DeltaAmplification\": {\"start\": 0}}",
                "DIR/experiment.json: inversion.DeltaAmplification.start = 0: must be a number from 1e-9 to 1e9; correct the value");
        key(
                VALUE_OUT_OF_RANGE,
                "/synthetic",
                "{\"noise\": -1}",
                "DIR/experiment.json: synthetic.noise = -1: must be a number from 0 to 1000000; correct the value");
        nonLinear(
                VALUE_OUT_OF_RANGE,
                "/inversion",
                "{\"stages\": []}",
                "DIR/experiment.json: inversion.stages = []: must be a list [ ] of 1 to 1000 objects; correct the value");
        nonLinear(
                VALUE_OUT_OF_RANGE,
                "/inversion",
                "{\"do_reg\": 1}",
                "DIR/experiment.json: inversion.do_reg = 1: must be true or false; correct the value");
        nonLinear(
                VALUES_CONFLICT,
                "/inversion",
                "{\"velocity_bounds\": {\"min\": 2100}}",
                "DIR/experiment.json: inversion.velocity_bounds.min = 2100: must not be above fwi.c_0 = 2000, which is what the inversion starts from; widen the bounds, or give inversion.start");
        nonLinear(
                VALUES_CONFLICT,
                "/inversion",
                "{\"velocity_bounds\": {\"max\": 1900}}",
                "DIR/experiment.json: inversion.velocity_bounds.max = 1900: must not be below fwi.c_0 = 2000, which is what the inversion starts from; widen the bounds, or give inversion.start");
        nonLinear(
                VALUES_CONFLICT,
                "/inversion",
                "{\"velocity_bounds\": {\"min\": 3000, \"max\": 2500}}",
                "DIR/experiment.json: inversion.velocity_bounds.min = 3000: must not be above inversion.velocity_bounds.max = 2500; exchange them");
        nonLinear(
                VALUES_CONFLICT,
                "/inversion",
                "{\"stages\": [{\"last\": 20}]}",
                "DIR/experiment.json: inversion.stages[0].last = 20: must be below fwi.Freq.nTotal = 20, frequencies count from 0; correct either");
        nonLinear(
                VALUES_CONFLICT,
                "/inversion",
                "{\"offset_range\": {\"min\": 5000}}",
                "DIR/experiment.json: inversion.offset_range = {\"min\":5000}: leaves out every measurement, sources and receivers are from 0 to 960 m apart; widen the range");
        key(
                VALUES_CONFLICT,
                "/inversion",
                "{\"stages\": [{\"last\": 1}]}",
                "DIR/experiment.json: inversion.stages: is for the inversion with forward_model.type = integral or finite_difference; remove it, or choose one of them");
        key(
                VALUES_CONFLICT,
                "/fwi/Freq/min",
                "50",
                "DIR/experiment.json: fwi.Freq.min = 50: must not be above fwi.Freq.max = 40; exchange them");
        key(
                VALUES_CONFLICT,
                "/fwi/reservoirBottomRight/z",
                "-300",
                "DIR/experiment.json: fwi.reservoirTopLeft = {\"x\":-300.0,\"z\":0.0}: must be left of and above fwi.reservoirBottomRight, by 1e-6 m or more (z points down); exchange or correct them");
        key(
                VALUES_CONFLICT,
                "/kernels/0/batch_size",
                "150",
                "DIR/experiment.json: kernels[0].batch_size = 150: must be a multiple of 100, the cells of a grid (ngrid.x * ngrid.z); count values, not grids");
        key(
                VALUES_CONFLICT,
                "/kernels/0/no_instances",
                "2",
                "DIR/experiment.json: kernels[0].functions = [[{\"dotprod_1\":[\"DDR0\",\"DDR0\",\"DDR0\"]},{\"update_1\":[\"DDR1...: must be a list with one entry for each unit, no_instances = 2; give each unit [{\"dotprod_N\": [banks]}, {\"update_N\": [banks]}]");
        key(
                VALUES_CONFLICT,
                "/kernels/1",
                "{\"path_to_bitstream\": \"a.xclbin\"}",
                "DIR/experiment.json: kernels = [{\"path_to_bitstream\":\"bitstreams/8000_100_1CU/8000_100_1...: some have a batch_size and some have none; give all of them one, or none");
        keys(
                VALUES_CONFLICT,
                Map.of("/synthetic", "{}", "/data_kind", "\"pressure\""),
                "DIR/experiment.json: synthetic: is for models, but data_kind is pressure; remove it",
                "");
        keys(
                BATCHES_DIFFER,
                Map.of("/kernels/0/batch_size", "300", "/kernels/0/no_instances", "2", "/kernels/0/functions", "null"),
                "kernels: batch_size gives the 2 units 3 + 3 = 6 grids, the data set with its replicates has 10; change batch_size, no_instances or replicate, or split evenly with --grids",
                "");
        run(
                TOO_FEW_GRIDS,
                "--grids=11",
                "--grids = 11: the data set has 10 grids (1 x replicate 10); ask for fewer or raise replicate in the experiment");
        run(
                OPERATOR_UNFIT,
                "--operator=gram --backend=xrt-emulated",
                "--operator = gram: is for cpu cores, the kernels of cards have no product with it; use dense or reduced, or --backend cpu");
        keys(
                OPERATOR_UNFIT,
                Map.of(
                        "/fwi/sourcesTopLeft/z",
                        "-9",
                        "/fwi/nSources",
                        "7",
                        "/fwi/nReceivers",
                        "7",
                        "/fwi/Freq/nTotal",
                        "1"),
                "--operator = reduced: sources and receivers have fewer than two places in common, so no rows are equal, and the triangular factor of 100 cells has 50 rows, not fewer than the 49 measurements; use dense, or correct the experiment",
                " --operator=reduced");
        keys(
                PROBLEM_TOO_LARGE,
                Map.of("/fwi/nSources", "100000", "/fwi/nReceivers", "100000"),
                "fwi: the dense operator of 200000000000 measurements (nTotal * nReceivers * nSources) x 100 cells has more entries than the limit of 2147483639; use fewer of either",
                " --operator=dense --backend=cpu");
        keys(
                MEMORY_TOO_SMALL,
                Map.of("/fwi/nSources", "900", "/fwi/nReceivers", "900", "/kernels", "null"),
                "fwi: the dense operator of 16200000 measurements (nTotal * nReceivers * nSources) x 100 cells needs 24719 MiB, an executor has ... MiB; raise spark.driver.memory to 49950m or more",
                " --operator=dense --backend=cpu");
    }

    private void data() {
        run(INVALID_PATH, "--data=", "--data = : must be a path or a URI; correct the option");
        run(INVALID_PATH, "--data=hdfs://[/a", "--data = hdfs://[/a: must be a path or a URI; correct the option");
        data(FILE_NOT_FOUND, "none.txt", "DIR/none.txt: no such data set; check data in the experiment, or --data");
        run(
                FILE_NOT_READABLE,
                "--data=nosuch://host/a.npy",
                "nosuch://host/a.npy: can't be read: ...; check data in the experiment, or --data");
        run(
                FILE_NOT_READABLE,
                "--data=hdfs://127.0.0.1:1/a.npy",
                "hdfs://127.0.0.1:1/a.npy: can't be read: ...; check data in the experiment, or --data");
        data(
                DATA_FORMAT,
                "grids.csv",
                "DIR/grids.csv: unknown data format; a data set is .txt (one value per line), .npy or .parquet");
        data(DATA_SIZE, "empty.txt", "DIR/empty.txt: holds no values; write one number per line, 100 for each grid");
        data(
                DATA_SIZE,
                "partial.txt",
                "DIR/partial.txt: 150 values are not a multiple of 100, the cells of a grid (ngrid.x * ngrid.z); correct ngrid or the file");
        data(DATA_FORMAT, "comma.txt", "DIR/comma.txt: line 2 '0,2' is not a number; write one number per line");
        data(DATA_FORMAT, "blank.txt", "DIR/blank.txt: line 2 is blank but numbers follow; remove the blank line");
        data(DATA_FORMAT, "wide.txt", "DIR/wide.txt: line 1 is longer than 4096 bytes; write one number per line");
        data(DATA_FORMAT, "zeros.txt", "DIR/zeros.txt: line 2 '???' is not a number; write one number per line");
        data(DATA_FORMAT, "empty.npy", "DIR/empty.npy: ends within its .npy header; copy or write the file again");
        data(
                DATA_FORMAT,
                "text.npy",
                "DIR/text.npy: does not start with \\x93NUMPY as .npy files do; write it with numpy.save");
        data(DATA_FORMAT, "cut.npy", "DIR/cut.npy: ends within its .npy header; copy or write the file again");
        data(
                DATA_FORMAT,
                "version.npy",
                "DIR/version.npy: has .npy format version 9.0, it must be 1.0, 2.0 or 3.0; write it with numpy.save");
        data(
                DATA_FORMAT,
                "long.npy",
                "DIR/long.npy: has a header of 4294967295 bytes, at most 65536 are read; write it with numpy.save");
        data(
                DATA_FORMAT,
                "dictionary.npy",
                "DIR/dictionary.npy: has the header \"{'descr': '<f8', 'shape': (1, 10, 10)}\", it must be {'descr': '<f8', 'fortran_order': False, 'shape': (n, nz, nx)} or alike; write it with numpy.save");
        data(
                DATA_FORMAT,
                "negative.npy",
                "DIR/negative.npy: has the shape (-1, 10, 10), it must be a tuple of whole numbers from 0 to 2^63 - 1; write it with numpy.save");
        data(
                DATA_FORMAT,
                "fortran.npy",
                "DIR/fortran.npy: is in Fortran order, it must be in C order; save numpy.ascontiguousarray(array)");
        data(
                DATA_KIND,
                "complex.npy",
                "DIR/complex.npy: holds values of type <c16, it must be f4 or f8 for models; complex numbers are measured data, for which data_kind is pressure");
        data(
                DATA_KIND,
                "whole.npy",
                "DIR/whole.npy: holds values of type <i8, it must be f4 or f8; convert the array with astype('<f8')");
        data(
                DATA_SIZE,
                "axes.npy",
                "DIR/axes.npy: has the shape (100,), it must be (nz, nx), (n, nz, nx) or (n, 1, nz, nx); reshape the array");
        data(
                DATA_SIZE,
                "tall.npy",
                "DIR/tall.npy: has the shape (1, 20, 5), its last two lengths must be nz, nx = 10, 10; correct ngrid or the file");
        data(
                DATA_SIZE,
                "none.npy",
                "DIR/none.npy: has the shape (0, 10, 10), it must hold a grid or more; write the file again");
        data(
                DATA_SIZE,
                "huge.npy",
                "DIR/huge.npy: has the shape (9223372036854775807, 10, 10), more than the 2^63 - 1 bytes of a file; write it again");
        data(
                DATA_SIZE,
                "short.npy",
                "DIR/short.npy: has 2000 bytes of data, shape (3, 10, 10) of type <f8 takes 2400; copy or write the file again");
        data(
                DATA_FORMAT,
                "folder.npy",
                "DIR/folder.npy: is a folder without files of Parquet; name one with them, or a file; check data in the experiment, or --data");
        data(
                FILE_NOT_READABLE,
                "text.parquet",
                "DIR/text.parquet: can't be read: ...; check data in the experiment, or --data");
        data(
                DATA_FORMAT,
                "empty.parquet",
                "DIR/empty.parquet: is a folder without files of Parquet; name one with them, or a file; check data in the experiment, or --data");
        keys(
                DATA_FORMAT,
                Map.of("/data", "\"DIR/columns.parquet\"", "/data_kind", "\"velocity\""),
                "DIR/columns.parquet: the columns are grid_id BIGINT,chi ARRAY<DOUBLE>; a data set of kind velocity needs grid_id, a whole number, and velocity, an array of numbers; correct the file or data_kind",
                "");
        data(
                DATA_NUMBERING,
                "gap.parquet",
                "DIR/gap.parquet: 2 rows with 2 different grid_id from 0 to 2; number the grids from 0 to 1");
        for (String pipe : List.of("pipe.txt", "pipe.npy", "pipe.parquet")) {
            data(FILE_NOT_READABLE, pipe, "DIR/" + pipe + ": is not a file; give the path of a data file");
        }
    }

    private void measuredData() {
        pressure(
                DATA_KIND,
                "grid.txt",
                "DIR/grid.txt: text has no complex numbers; give measured data as .npy or .parquet");
        pressure(
                DATA_KIND,
                "two.npy",
                "DIR/two.npy: holds values of type <f8, it must be c8 or c16, as measured data are complex; of models data_kind is contrast or velocity");
        pressure(
                DATA_SIZE,
                "pressure.npy",
                "DIR/pressure.npy: has the shape (2, 77), it must be (n, 8000) or (n, 20, 20, 20), the measurements of n grids (nTotal, nReceivers, nSources); correct fwi or the file");
        all.add(new BadInput(
                DATA_VALUE,
                "DIR/high.txt: grid 0: the contrast of cell 99 is 1.5, it must be a finite number below 1; correct the data set",
                List.of("simulate", "--experiment=DIR/experiment.json", "--master=local[2]", "--out=DIR/p.npy"),
                Map.of("/data", "\"DIR/high.txt\"")));
    }

    private void startModels() {
        nonLinear(
                MISSING_KEY,
                "/inversion",
                "{\"start\": {}}",
                "DIR/experiment.json: inversion.start.data: missing; name a data set of one grid");
        nonLinear(
                FILE_NOT_FOUND,
                "/inversion",
                "{\"start\": {\"data\": \"DIR/none.npy2\"}}",
                "DIR/none.npy2: no such data set; check inversion.start.data in the experiment");
        nonLinear(
                DATA_SIZE,
                "/inversion",
                "{\"start\": {\"data\": \"DIR/two.npy\"}}",
                "DIR/two.npy: has 2 grids, but the inversions of all grids start from one; give inversion.start.data a data set of one grid");
        nonLinear(
                DATA_VALUE,
                "/inversion",
                "{\"start\": {\"data\": \"DIR/high.txt\"}}",
                "DIR/high.txt: grid 0: the contrast of cell 99 is 1.5, it must be a finite number below 1; correct the data set of inversion.start.data");
    }

    private void clusters() {
        command(FILE_NOT_FOUND, "DIR/none.json: no such file; check the path", "hosts --cluster=DIR/none.json");
        command(
                JSON_SYNTAX,
                "DIR/cut.json: line 3, column 1: not valid JSON: ...; correct the file",
                "check --cluster=DIR/cut.json");
        cluster(
                MISSING_KEY,
                "/scheduler",
                "null",
                "DIR/cluster.json: scheduler: missing; name the host of Spark's master");
        cluster(
                VALUE_OUT_OF_RANGE,
                "/scheduler",
                "\"a b\"",
                "DIR/cluster.json: scheduler = \"a b\": must be a host name or address; correct the value");
        cluster(
                VALUE_OUT_OF_RANGE,
                "/hosts",
                "[]",
                "DIR/cluster.json: hosts = []: must be a list [ ] of 1 to 1000 texts; correct the value");
        cluster(
                VALUE_OUT_OF_RANGE,
                "/hosts",
                "[\"node1\", \"node1\"]",
                "DIR/cluster.json: hosts[1] = \"node1\": is listed twice; correct or remove it");
        cluster(
                VALUE_OUT_OF_RANGE,
                "/connect_options/port",
                "65536",
                "DIR/cluster.json: connect_options.port = 65536: must be a whole number from 1 to 65535; correct the value");
        cluster(
                VALUE_OUT_OF_RANGE,
                "/worker_options/0/memory_limit",
                "\"much\"",
                "DIR/cluster.json: worker_options[0].memory_limit = \"much\": must be 0 for Spark's default, bytes, or text such as \"4g\" or \"512m\", from 1m to 1024t; correct the value");
        cluster(
                VALUES_CONFLICT,
                "/worker_options",
                "[{}]",
                "DIR/cluster.json: worker_options: a list of 1, but there are 2 hosts; give one for each host, or one without a list for all");
        cluster(
                SECRET_GIVEN,
                "/connect_options/password",
                "\"secret\"",
                "DIR/cluster.json: connect_options.password: not accepted; remove it and log in with a key: ssh-copy-id -p 22 USER@HOST");
        cluster(
                UNKNOWN_KEY,
                "/nodes",
                "2",
                "DIR/cluster.json: nodes: unknown key; known keys are scheduler, hosts, connect_options, worker_options, scheduler_options, overlay, worker_class; correct or remove it");
        keys(
                NO_SUCH_HOST,
                Map.of("/kernels/0/host", "\"node3\""),
                "kernels[0].host = node3: the cluster has no such host; name one of [node1, node2]",
                " --cluster=conf/cluster_config.json");
        run(
                VALUES_CONFLICT,
                "--cluster=conf/cluster_config.json",
                "kernels[0].path_to_bitstream = bitstreams/8000_100_1CU/8000_100_1cu.xclbin: host node1 is for bitstreams/5000_100_1CU/5000_100_1cu.xclbin (overlay); change either");
        keys(
                TOO_FEW_UNITS,
                Map.of(
                        "/kernels/0/no_instances",
                        "2",
                        "/kernels/0/functions",
                        "null",
                        "/kernels/0/path_to_bitstream",
                        "\"bitstreams/5000_100_1CU/5000_100_1cu.xclbin\""),
                "kernels[0].no_instances = 2: host node1 has 1 units (n_workers), the kernels on it want 2; change either",
                " --cluster=conf/cluster_config.json");
    }

    private void results() {
        command(
                RESULTS_NOT_FOUND,
                "DIR/none: no such results folder; run an experiment first (octospark run) or name another with --results",
                "sql --master=local[2] --results=DIR/none",
                "SELECT 1");
        command(
                RESULTS_NOT_FOUND,
                "DIR/none: no such results folder; run an experiment first (octospark run) or name another with --results",
                "report --master=local[2] --results=DIR/none");
        command(
                RESULTS_NOT_FOUND,
                "DIR/none: no such results folder; run an experiment first (octospark run) or name another with --results",
                "picture run 0 --master=local[2] --results=DIR/none --out=DIR/x.svg");
        command(
                RESULTS_NOT_FOUND,
                "DIR/none: no such results folder; run an experiment first (octospark run) or name another with --results",
                "compare a b --master=local[2] --results=DIR/none");
        command(
                RESULTS_NOT_FOUND,
                "DIR/none: no such results folder; run an experiment first (octospark run) or name another with --results",
                "export a --master=local[2] --results=DIR/none --out=DIR/out");
        command(
                RESULTS_NOT_READABLE,
                "--results = DIR/a-file: is a file; name a folder",
                "sql --master=local[2] --results=DIR/a-file",
                "SELECT 1");
        command(
                RESULTS_NOT_READABLE,
                "--results = nosuch://a/b: can't be opened: ...; correct the path",
                "sql --master=local[2] --results=nosuch://a/b",
                "SELECT 1");
        command(
                RESULTS_NOT_READABLE,
                "--results = hdfs://127.0.0.1:1/a: can't be opened: ...; correct the path",
                "report --master=local[2] --results=hdfs://127.0.0.1:1/a");
        command(
                NO_RUNS,
                "DIR/no-runs: holds no run; run an experiment first (octospark run) or name another with --results",
                "report --master=local[2] --results=DIR/no-runs");
        command(
                NO_RUNS,
                "DIR/damaged: holds no run; run an experiment first (octospark run) or name another with --results",
                "report --master=local[2] --results=DIR/damaged");
        command(RUN_SELECTION, "run one: named twice; name two runs", "compare one one");
        command(
                RESULTS_NOT_WRITABLE,
                "--results = /proc/foo: can't be written: the folder can't be made; correct the path",
                "run --experiment=DIR/experiment.json --master=local[2] --results=/proc/foo");
        command(
                RESULTS_NOT_READABLE,
                "--results = DIR/a-file: is a file; name a folder",
                "run --experiment=DIR/experiment.json --master=local[2] --results=DIR/a-file");
        command(
                RESULTS_NOT_WRITABLE,
                "--results = /proc/foo: can't be written: the folder can't be made; correct the path",
                "import DIR/1_500_1.txt --cells=100 --master=local[2] --results=/proc/foo");
        command(
                RESULTS_NOT_WRITABLE,
                "--results = /proc/foo: can't be written: the folder can't be made; correct the path",
                "bench scaling --units=1 --repeats=1 --results=/proc/foo");
    }

    private void queries() {
        command(
                QUERY_MISSING,
                "no query; give one, name a file with --file, or write one to standard input",
                "sql --master=local[2] --results=DIR/no-runs",
                "  ");
        command(FILE_NOT_FOUND, "--file = DIR/none.sql: no such file; check the path", "sql --file=DIR/none.sql");
        command(
                OPTIONS_CONFLICT,
                "--file = a.sql: there is a query besides; give one or the other",
                "sql --file=a.sql",
                "SELECT 1");
        command(
                QUERY_NOT_READING,
                "query: 'DROP TABLE grids': only statements that read are run: SELECT, WITH, VALUES, TABLE, FROM, SHOW, DESCRIBE and EXPLAIN; change the tables with another program",
                "sql",
                "DROP TABLE grids");
        command(
                QUERY_INVALID,
                "query: [PARSE_SYNTAX_ERROR... line 1 pos 0; correct the query",
                "sql --master=local[2] --results=DIR/no-runs",
                "SELEC 1");
        command(
                QUERY_INVALID,
                "query: [UNRESOLVED_COLUMN... line 1 pos 7; correct the query",
                "sql --master=local[2] --results=DIR/no-runs",
                "SELECT colour FROM grids");
        command(
                QUERY_FAILED,
                "query: [INVALID_INDEX_OF_ZERO...; correct the query",
                "sql --master=local[2] --results=DIR/no-runs",
                "SELECT element_at(array(id), int(id - 1)) FROM range(3)");
        command(
                QUERY_INVALID,
                "--file = DIR/queries.sql: more than 10485760 bytes, the limit of queries; is it the right file?",
                "sql --file=DIR/queries.sql");
    }

    private void outputs() {
        command(
                FILE_EXISTS,
                "DIR/grid.txt: exists already and is not overwritten; choose another name or remove it",
                "generate --model=layers --out=DIR/grid.txt");
        command(
                FILE_EXISTS,
                "DIR/two.npy: exists already and is not overwritten; choose another name or remove it",
                "generate --model=layers --out=DIR/two.npy");
        command(
                FILE_EXISTS,
                "DIR/gap.parquet: exists already and is not overwritten; choose another name or remove it",
                "generate --model=layers --out=DIR/gap.parquet --master=local[2]");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = foo://x/a.txt: can't be written: ...; correct the path",
                "generate --model=layers --out=foo://x/a.txt");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = run:1.txt: can't be written: ...; correct the path",
                "generate --model=layers --out=run:1.txt");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = /dev/null/a.npy: can't be written: ...; correct the path",
                "generate --model=layers --out=/dev/null/a.npy");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = /proc/a.parquet: can't be written: the folder can't be made; correct the path",
                "generate --model=layers --out=/proc/a.parquet --master=local[2]");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = foo://x/a.parquet: can't be written: ...; correct the path",
                "generate --model=layers --out=foo://x/a.parquet --master=local[2]");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = hdfs://127.0.0.1:1/a.npy: can't be written: ...; correct the path",
                "generate --model=layers --out=hdfs://127.0.0.1:1/a.npy");
        command(
                OUTPUT_FORMAT,
                "--out = DIR/x.csv: unknown format; end the name in .txt, .npy or .parquet",
                "generate --model=layers --out=DIR/x.csv");
        command(
                OUTPUT_FORMAT,
                "--out = : unknown format; end the name in .txt, .npy or .parquet",
                "generate --model=layers --out=");
        command(
                VALUE_OUT_OF_RANGE,
                "amplitude: 2.0, it must be above 0 and below 1, as contrasts must; give one like 0.3",
                "generate --model=smooth --amplitude=2 --out=DIR/x.txt");
        command(
                OUTPUT_FORMAT,
                "--out = DIR/p.txt: unknown format of measured data; end the name in .npy or .parquet",
                "simulate --experiment=conf/notebook.json --out=DIR/p.txt");
        command(
                FILE_EXISTS,
                "DIR/two.npy: exists already and is not overwritten; choose another name or remove it",
                "simulate --experiment=conf/notebook.json --master=local[2] --out=DIR/two.npy");
        command(
                OUTPUT_NOT_WRITABLE,
                "/proc/p.npy: can't be written: ...; correct the path",
                "simulate --experiment=conf/notebook.json --master=local[2] --out=/proc/p.npy");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = /proc/p.parquet: can't be written: the folder can't be made; correct the path",
                "simulate --experiment=conf/notebook.json --master=local[2] --out=/proc/p.parquet");
        command(
                OUTPUT_FORMAT,
                "--out = grid.gif: unknown format; end the name in .png or .svg, or give --format",
                "picture run 0 --out=grid.gif");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = /proc/x.svg: can't be written: its folder takes no files; correct the path",
                "picture run 0 --out=/proc/x.svg");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = /proc/x.html: can't be written: its folder takes no files; correct the path",
                "report --out=/proc/x.html");
        command(
                OUTPUT_NOT_WRITABLE,
                "--out = DIR/nowhere/x.html: there is no folder DIR/nowhere; make it or correct the path",
                "report --out=DIR/nowhere/x.html");
        command(OUTPUT_NOT_WRITABLE, "--out = DIR: is a folder; name a file", "report --out=DIR");
        command(
                FILE_EXISTS,
                "--out = DIR/mine.html: exists already and is not overwritten; choose another name or remove it",
                "report --out=DIR/mine.html");
        command(
                OUTPUT_NOT_WRITABLE,
                "DIR/nowhere/x.xclbin: its folder does not exist; make it or choose another one",
                "xclbin create --rows=10 --cols=10 --out=DIR/nowhere/x.xclbin");
        command(
                OUTPUT_NOT_WRITABLE,
                "/proc/x.xclbin: can't be written: ...; correct the path or make room",
                "xclbin create --rows=10 --cols=10 --out=/proc/x.xclbin");
        command(
                OUTPUT_NOT_WRITABLE,
                "DIR/a-file/x.xclbin: its folder does not exist; make it or choose another one",
                "xclbin create --rows=10 --cols=10 --out=DIR/a-file/x.xclbin");
        command(
                FILE_EXISTS,
                "DIR/sound.xclbin: exists already and is not overwritten; choose another name or remove it",
                "xclbin create --rows=10 --cols=10 --out=DIR/sound.xclbin");
    }

    private void octoRay() {
        String more = " --cells=100 --master=local[2] --results=DIR/results";
        command(
                OCTORAY_FORMAT,
                "DIR/times.txt: not named NODES_POINTS_CUS.txt, such as 2_1000_1.txt; rename the file",
                "import DIR/times.txt" + more);
        command(FILE_NOT_FOUND, "DIR/1_1_1.txt: no such file; check the path", "import DIR/1_1_1.txt" + more);
        command(FILE_NOT_READABLE, "DIR/1_2_1.txt: is not a plain file; name one", "import DIR/1_2_1.txt" + more);
        command(
                OCTORAY_FORMAT,
                "DIR/1_100_1.txt: line 1: cu: must be there, as a number; correct the file",
                "import DIR/1_100_1.txt" + more);
        command(
                OCTORAY_FORMAT,
                "DIR/1_200_1.txt: line 1: time = -1: must be a time in seconds; correct the file",
                "import DIR/1_200_1.txt" + more);
        command(
                OCTORAY_FORMAT,
                "DIR/1_300_1.txt: line 1: the file ends without wall_time; correct the file",
                "import DIR/1_300_1.txt" + more);
        command(
                OCTORAY_FORMAT,
                "DIR/1_400_2.txt: line 2: 1 units before it, the name says 2; correct the file",
                "import DIR/1_400_2.txt" + more);
        command(
                OCTORAY_FORMAT,
                "DIR/1_600_1.txt: line 1: not valid JSON: ...; correct the file",
                "import DIR/1_600_1.txt" + more);
        command(
                OCTORAY_FORMAT,
                "DIR/1_700_0.txt: not named NODES_POINTS_CUS.txt, such as 2_1000_1.txt; rename the file",
                "import DIR/1_700_0.txt" + more);
        command(
                DATA_SIZE,
                "1_500_1.txt: 500 grid points on 1 unit are no whole grids of 7; correct --cells, the grid points of one grid",
                "import DIR/1_500_1.txt --cells=7 --master=local[2] --results=DIR/results");
        command(
                VALUE_OUT_OF_RANGE,
                "--cells = 0: must be from 1 to 10000000000; correct the value",
                "import DIR/1_500_1.txt --cells=0");
        command(
                VALUE_OUT_OF_RANGE,
                "--experiment = a/b: must be of letters, digits, dots, dashes and underscores, it is part of folder names; correct it",
                "import DIR/1_500_1.txt --cells=100 --experiment=a/b");
        command(
                RUN_IMPORTED_ALREADY,
                "1_500_1.txt: its run octoray-1_500_1-0 is in the tables already, or it is named twice; name another --experiment",
                "import DIR/1_500_1.txt DIR/1_500_1.txt" + more);
    }

    private void cards() {
        String emulated = " --backend=xrt-emulated";
        keys(
                NO_SUCH_CARD,
                Map.of("/kernels/0/device", "7"),
                "kernels[].device = 7: this host has no such card; name one of its cards, by index, place on the bus or name: 0 (0000:3b:00.1)",
                emulated);
        keys(
                BITSTREAM_NOT_FOUND,
                Map.of("/kernels/0/path_to_bitstream", "\"none.xclbin\""),
                "HERE/none.xclbin: there is no such file, and the catalogue of designs has none for the emulated card in its place; make one with octospark xclbin create",
                emulated);
        keys(
                BITSTREAM_UUID,
                Map.of(
                        "/kernels/0/path_to_bitstream",
                        "\"DIR/sound.xclbin\"",
                        "/kernels/0/uuid",
                        "\"01234567-0123-0123-0123-0123456789ab\""),
                "kernels[].uuid = 01234567-0123-0123-0123-0123456789ab: DIR/sound.xclbin has the UUID ... on this host; put the right file there or correct the key",
                emulated);
        keys(
                BANKS_DIFFER,
                Map.of("/kernels/0/functions/0/0/dotprod_1/1", "\"DDR1\""),
                "functions: dotprod_1: bank 2 is DDR1, but bitstreams/8000_100_1CU/8000_100_1cu.xclbin connects vector to [DDR[0]]; correct it, or leave functions out to take the bitstream's",
                emulated);
        keys(
                NO_SUCH_BANK,
                Map.of("/kernels/0/functions/0/0/dotprod_1/1", "\"DDR9\""),
                "bitstreams/8000_100_1CU/8000_100_1cu.xclbin: has no memory bank \"DDR9\"; name one of its banks: ...",
                emulated);
        keys(
                NO_SUCH_UNIT,
                Map.of("/kernels/0/no_instances", "2", "/kernels/0/functions", "null", "/kernels/0/batch_size", "500"),
                "bitstreams/8000_100_1CU/8000_100_1cu.xclbin: has no compute unit \"dotprod_2\"; name one of its units: dotprod_1, update_1",
                emulated);
        keys(
                CARD_TAKEN,
                Map.of(
                        "/kernels/0/device",
                        "0",
                        "/kernels/1",
                        "{\"path_to_bitstream\": \"a.xclbin\", \"device\": 0, \"batch_size\": 100}"),
                "kernels[1].device = 0: another kernel has put bitstreams/8000_100_1CU/8000_100_1cu.xclbin on that card, or takes the same units; give each a card of its own",
                emulated);
        run(
                TOO_FEW_UNITS,
                "--units=2 --backend=xrt-emulated",
                "--units = 2: bitstreams/8000_100_1CU/8000_100_1cu.xclbin has 1 compute unit(s); with 1 card(s) on this host that makes 1; ask for fewer, or set OCTOSPARK_EMU_CARDS to emulate more cards");
        keys(
                DESIGN_SIZE,
                Map.of(
                        "/kernels/0/rows",
                        "10",
                        "/kernels/0/cols",
                        "10",
                        "/kernels/0/path_to_bitstream",
                        "\"DIR/sound.xclbin\""),
                "DIR/sound.xclbin: kernels[].rows and cols say 10 rows x 10 cols, the file was built for 100 rows x 100 cols; correct or remove them",
                emulated);
    }

    private void bitstreams() {
        command(
                BITSTREAM_NOT_FOUND,
                "DIR/none.xclbin: there is no such file; correct the path of the xclbin",
                "xclbin info DIR/none.xclbin");
        command(
                BITSTREAM_NOT_FOUND,
                "DIR/folder.xclbin: is not a file; give the path of an xclbin",
                "xclbin info DIR/folder.xclbin");
        command(
                BITSTREAM_FORMAT,
                "DIR/empty.xclbin: is empty; copy or build the file again",
                "xclbin info DIR/empty.xclbin");
        command(
                BITSTREAM_FORMAT,
                "DIR/text.xclbin: does not start with xclbin2 as xclbin files do; give the path of an xclbin",
                "xclbin info DIR/text.xclbin");
        command(
                BITSTREAM_FORMAT,
                "DIR/short.xclbin: has 108 bytes, the header alone has 456; copy or build the file again",
                "xclbin info DIR/short.xclbin");
        command(
                BITSTREAM_FORMAT,
                "DIR/cut.xclbin: has 3504 bytes, its header says 7008; copy or build the file again",
                "xclbin info DIR/cut.xclbin");
        String create = "xclbin create --rows=10 --cols=10 --out=DIR/x.xclbin";
        command(
                NO_SUCH_BANK,
                "dotprod_1: the card has no memory bank \"DDR9\"; name one of its banks: HBM[0] to HBM[31], DDR[0], DDR[1]",
                create + " --bank=dotprod=DDR9");
        command(
                VALUE_OUT_OF_RANGE,
                "dotprod_1: has 2 memory banks, it must have 3; name one for each buffer",
                create + " --bank=dotprod=DDR0,DDR1");
        command(
                VALUE_OUT_OF_RANGE,
                "platform \"a/b\": must be 1 to 63 letters, digits and _ - . : ; correct the name",
                create + " --platform=a/b");
        command(
                CARD_MEMORY_TOO_SMALL,
                "dotprod_1: buffer 0 has 800000000 bytes, bank HBM[0] has 268435456; choose a larger bank or a smaller design",
                "xclbin create --rows=10000 --cols=10000 --bank=dotprod=HBM0 --out=DIR/x.xclbin");
        command(
                FILE_NOT_FOUND,
                "DIR/none.so: there is no such file; correct the path of the kernels",
                create + " --kernels=DIR/none.so");
        command(
                KERNEL_LIBRARY,
                "DIR/text.so: is not a shared library; build the kernels with g++ -shared",
                create + " --kernels=DIR/text.so");
    }

    private void benches() {
        command(
                OPTIONS_CONFLICT,
                "--nodes = 2: only emulated cards can stand for those of other nodes; on a cluster give octospark run an experiment with a kernel for each host",
                "bench designs --backend=xrt --nodes=2 --results=DIR/results");
        command(
                NO_SUCH_DESIGN,
                "--designs = none: not in the catalogue, which has 500_500_HBM, 500_250_HBM, 1000_100_1CU, 2500_100_1CU, 5000_100_1CU, 8000_100_1CU, 5000_100_2CU, 1000_200_1CU, 1000_100_2CU; correct the name",
                "bench designs --designs=none --results=DIR/results");
        command(USAGE, "--grids = 0: must be from 1 to 1000000000; correct the value", "bench throughput --grids=0");
        command(USAGE, "Unknown option: '--fast'", "bench operators --fast");
    }

    private void masters() {
        command(
                MASTER_INVALID,
                "--master = local[0]: must be local, local[N], local[*], spark://HOST:PORT, yarn or k8s://...; correct the value",
                "sql --results=DIR --master=local[0]",
                "SELECT 1");
        command(
                MASTER_INVALID,
                "--master = nonsense: must be local, local[N], local[*], spark://HOST:PORT, yarn or k8s://...; correct the value",
                "sql --results=DIR --master=nonsense",
                "SELECT 1");
        command(
                MASTER_INVALID,
                "--master = : must be local, local[N], local[*], spark://HOST:PORT, yarn or k8s://...; correct the value",
                "sql --results=DIR --master=",
                "SELECT 1");
        command(
                MASTER_INVALID,
                "--master = spark://127.0.0.1:seven: must be local, local[N], local[*], spark://HOST:PORT, yarn or k8s://...; correct the value",
                "run --experiment=conf/notebook.json --master=spark://127.0.0.1:seven");
        command(
                MASTER_INVALID,
                "--master = spark://127.0.0.1:70000: must be local, local[N], local[*], spark://HOST:PORT, yarn or k8s://...; correct the value",
                "run --experiment=conf/notebook.json --master=spark://127.0.0.1:70000");
        command(
                MASTER_INVALID,
                "--master = spark://127.0.0.1: must be local, local[N], local[*], spark://HOST:PORT, yarn or k8s://...; correct the value",
                "run --experiment=conf/notebook.json --master=spark://127.0.0.1");
        command(
                MASTER_UNREACHABLE,
                "--master = spark://127.0.0.1:1: no master is there (...); start the cluster (submit-scripts/start-cluster.sh) or correct the address",
                "run --experiment=conf/notebook.json --master=spark://127.0.0.1:1");
        command(
                MASTER_UNREACHABLE,
                "--master = spark://no-such-host.invalid:7077: no master is there (...); start the cluster (submit-scripts/start-cluster.sh) or correct the address",
                "report --results=DIR/no-runs --master=spark://no-such-host.invalid:7077");
    }
}
