package io.octospark.model.experiment;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.InvalidInputException;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an experiment's configuration file. All that is wrong with it is reported at once; nothing of a faulty file is
 * used. {@code docs/configuration.md} describes every key.
 */
public final class ExperimentReader {
    /** A configuration is written by hand; more than this is another kind of file. */
    private static final long MAX_FILE_BYTES = 16 << 20;

    private static final int MAX_COUNT = 1_000_000;
    private static final int MAX_CELLS_PER_AXIS = 100_000;

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path file;
    private final List<String> problems = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    private ExperimentReader(Path file) {
        this.file = file;
    }

    /**
     * Reads a configuration.
     *
     * @param file the configuration; paths in it are relative to its folder
     * @param dataOverride data set to use in place of the file's {@code data}, relative to the working folder
     * @throws InvalidInputException naming all problems
     */
    public static Experiment read(Path file, Optional<String> dataOverride) {
        return new ExperimentReader(file).read(dataOverride);
    }

    private Experiment read(Optional<String> dataOverride) {
        ObjectNode root = readObject(file);
        includeFile(root, "fwi");
        includeFile(root, "inversion");
        includeFile(root, "forward_model");
        dataOverride.ifPresent(data -> root.put("data", resolve(Path.of(""), data)));
        if (dataOverride.isEmpty() && root.path("data").isTextual()) {
            root.put("data", resolve(folder(), root.get("data").textValue()));
        }

        ConfigObject config = new ConfigObject(file.toString(), "", root, problems);
        String name = config.text("name").orElseGet(() -> baseName(file));
        InversionProblem problem = problem(config.object("fwi"), steering(config));
        forwardModel(config);
        String data = config.text("data").orElse("");
        if (!config.has("data")) {
            problems.add(file + ": data: missing; name a data set here or with --data");
        }
        int replicate = config.integer("replicate", 1, Integer.MAX_VALUE, 1);
        int redundant = config.integer("redundant", 1, MAX_COUNT, 1);
        Precision precision = config.choice("precision", Precision.class, Precision.FLOAT64);
        DataKind dataKind = config.choice("data_kind", DataKind.class, DataKind.CONTRAST);
        List<KernelSpec> kernels = new ArrayList<>();
        for (ConfigObject kernel : config.objects("kernels")) {
            kernels.add(kernel(kernel, root, problem));
        }
        if (kernels.stream().mapToLong(KernelSpec::batchValues).distinct().count() > 1
                && kernels.stream().anyMatch(kernel -> kernel.batchValues() == 0)) {
            problems.add(file + ": kernels: some have a batch_size and some have none; give all of them one, or none");
        }
        config.end();
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
        return new Experiment(
                name, problem, data, dataKind, replicate, redundant, precision, kernels, root.toString(), notices);
    }

    /** The ancestor's GenericInput, with tolerance, max and mode. Null if it is faulty. */
    private InversionProblem problem(ConfigObject fwi, double[] steering) {
        int faults = problems.size();
        double c0 = fwi.positive("c_0");
        ConfigObject freq = fwi.object("Freq");
        double minHz = freq.positive("min");
        double maxHz = freq.positive("max");
        int frequencies = freq.integer("nTotal", 1, MAX_COUNT);
        if (minHz > maxHz) {
            freq.invalid("min", "must not be above Freq.max = " + maxHz, "exchange them");
        }
        freq.end();
        Position topLeft = position(fwi, "reservoirTopLeft");
        Position bottomRight = position(fwi, "reservoirBottomRight");
        if (topLeft.x() >= bottomRight.x() || topLeft.z() >= bottomRight.z()) {
            fwi.invalid(
                    "reservoirTopLeft",
                    "must be left of and above reservoirBottomRight (z points down)",
                    "exchange them");
        }
        int sources = fwi.integer("nSources", 1, MAX_COUNT);
        int receivers = fwi.integer("nReceivers", 1, MAX_COUNT);
        Position sourcesFirst = position(fwi, "sourcesTopLeft");
        Position sourcesLast = position(fwi, "sourcesBottomRight");
        Position receiversFirst = position(fwi, "receiversTopLeft");
        Position receiversLast = position(fwi, "receiversBottomRight");
        ConfigObject ngrid = fwi.object("ngrid");
        int nx = ngrid.integer("x", Grid.MIN_CELLS_PER_AXIS, MAX_CELLS_PER_AXIS);
        int nz = ngrid.integer("z", Grid.MIN_CELLS_PER_AXIS, MAX_CELLS_PER_AXIS);
        ngrid.end();
        double tolerance = fwi.positive("tolerance", InversionSettings.DEFAULT_TOLERANCE);
        int max = fwi.integer("max", 1, Integer.MAX_VALUE, InversionSettings.DEFAULT_MAX_PASSES);
        InversionMode mode = fwi.choice("mode", InversionMode.class, InversionMode.STANDARD);
        if (mode == InversionMode.FWI_PYTHON) {
            if (sources != receivers) {
                fwi.invalid(
                        "nSources",
                        "must equal nReceivers = " + receivers + " in mode fwi-python, which takes the receivers for"
                                + " sources",
                        "use mode standard");
            }
            if ((bottomRight.x() - topLeft.x()) / nx < 1 || (bottomRight.z() - topLeft.z()) / nz < 1) {
                fwi.invalid(
                        "ngrid",
                        "makes cells under 1 m, which mode fwi-python cuts to 0",
                        "use mode standard or fewer cells");
            }
        }
        inversionMethod(fwi);
        note(fwi.withoutEffect("ngrid_original", "verbosity", "fileName", "forward", "threads"));
        fwi.end();
        if (problems.size() > faults) {
            return null;
        }

        Grid grid = Grid.of(nx, nz, topLeft, bottomRight);
        List<Position> receiverLine = Survey.line(receiversFirst, receiversLast, receivers);
        List<Position> sourceLine = Survey.line(sourcesFirst, sourcesLast, sources);
        if (mode == InversionMode.FWI_PYTHON) {
            grid = grid.withWholeMetreCells();
            sourceLine = receiverLine;
        }
        Survey survey = new Survey(c0, Survey.frequencies(minHz, maxHz, frequencies), sourceLine, receiverLine);
        return new InversionProblem(
                grid, survey, new InversionSettings(mode, tolerance, max, steering[0], steering[1]));
    }

    private static Position position(ConfigObject parent, String key) {
        ConfigObject point = parent.object(key);
        Position position = new Position(point.number("x"), point.number("z"));
        point.end();
        return position;
    }

    private static void inversionMethod(ConfigObject fwi) {
        Optional<String> method = fwi.text("inversion");
        if (method.isPresent() && !method.get().toLowerCase(Locale.ROOT).startsWith("conjugategradient")) {
            fwi.invalid("inversion", "must be ConjugateGradient, the method of this application", "remove the key");
        }
    }

    /** Start and slope of the ancestor's DeltaAmplification; its loops have no meaning for the linear operator. */
    private double[] steering(ConfigObject config) {
        double[] steering = {
            InversionSettings.DEFAULT_AMPLIFICATION_START, InversionSettings.DEFAULT_AMPLIFICATION_SLOPE
        };
        if (config.has("inversion")) {
            ConfigObject inversion = config.object("inversion");
            if (inversion.has("DeltaAmplification")) {
                ConfigObject amplification = inversion.object("DeltaAmplification");
                steering[0] = amplification.positive("start", steering[0]);
                steering[1] = amplification.notNegative("slope", steering[1]);
                amplification.end();
            }
            if (!inversion.flag("do_reg", true)) {
                inversion.invalid("do_reg", "must be true with the born forward model", "remove the key");
            }
            note(inversion.withoutEffect("Iter1", "n_max"));
            inversion.end();
        }
        return steering;
    }

    private static void forwardModel(ConfigObject config) {
        if (config.has("forward_model")) {
            ConfigObject model = config.object("forward_model");
            if (!model.text("type").orElse("born").equals("born")) {
                model.invalid("type", "must be born, the only forward model of this version", "use born");
            }
            model.end();
        }
    }

    private KernelSpec kernel(ConfigObject kernel, ObjectNode root, InversionProblem problem) {
        Optional<String> bitstream = kernel.text("path_to_bitstream");
        if (!kernel.has("path_to_bitstream")) {
            kernel.invalid("path_to_bitstream", "missing", "name the xclbin file");
        }
        int instances = kernel.integer("no_instances", 1, MAX_COUNT, 1);
        int batchValues = kernel.integer("batch_size", 1, Integer.MAX_VALUE, 0);
        if (problem != null && batchValues % problem.grid().cells() != 0) {
            kernel.invalid(
                    "batch_size",
                    "must be a multiple of " + problem.grid().cells() + ", the cells of a grid (ngrid.x * ngrid.z)",
                    "batch_size counts values, not grids");
        }
        List<List<KernelSpec.Function>> functions = functions(kernel, instances);
        String host = kernel.text("host").orElse(null);
        String device = kernel.has("device") ? kernel.node("device").asText() : null;
        InversionProblem own = kernel.has("config") ? overridden(kernel, root, problem) : problem;
        kernel.end();
        return new KernelSpec(bitstream.orElse(""), instances, batchValues, functions, host, device, own);
    }

    /** The notebook's list: for each unit a list of objects, each a function's name and its banks. */
    private static List<List<KernelSpec.Function>> functions(ConfigObject kernel, int instances) {
        List<List<KernelSpec.Function>> units = new ArrayList<>();
        if (!kernel.has("functions")) {
            return units;
        }
        JsonNode list = kernel.node("functions");
        if (!list.isArray() || list.size() != instances) {
            kernel.invalid(
                    "functions",
                    "must be a list with one entry per unit, no_instances = " + instances,
                    "give each unit [{\"dotprod_N\": [banks]}, {\"update_N\": [banks]}]");
            return units;
        }
        for (JsonNode unit : list) {
            List<KernelSpec.Function> functions = new ArrayList<>();
            for (JsonNode function : unit) {
                for (Map.Entry<String, JsonNode> entry : function.properties()) {
                    List<String> banks = new ArrayList<>();
                    entry.getValue().forEach(bank -> banks.add(bank.asText()));
                    functions.add(new KernelSpec.Function(entry.getKey(), banks));
                }
            }
            boolean complete = functions.size() == 2
                    && functions.get(0).name().matches("dotprod_\\d+")
                    && functions.get(1).name().matches("update_\\d+")
                    && functions.stream().allMatch(function -> function.banks().size() == KernelSpec.Function.BUFFERS);
            if (!complete) {
                kernel.invalid(
                        "functions",
                        unit,
                        "must be one dotprod_N and one update_N with " + KernelSpec.Function.BUFFERS
                                + " memory banks each",
                        "see conf/notebook.json");
            }
            units.add(functions);
        }
        return units;
    }

    /** The experiment's problem with the kernel's own values for some keys of {@code fwi}. */
    private InversionProblem overridden(ConfigObject kernel, ObjectNode root, InversionProblem problem) {
        JsonNode config = kernel.node("config");
        if (!config.isObject() || !root.path("fwi").isObject() || problem == null) {
            if (!config.isObject()) {
                kernel.invalid("config", "must be an object { } of keys of fwi", "correct the value");
            }
            return problem;
        }
        ObjectNode merged = root.get("fwi").deepCopy();
        merge(merged, config);
        InversionSettings settings = problem.inversion();
        InversionProblem own = problem(
                new ConfigObject(file.toString(), "kernels.config", merged, problems),
                new double[] {settings.amplificationStart(), settings.amplificationSlope()});
        if (own != null
                && (own.grid().nx() != problem.grid().nx()
                        || own.grid().nz() != problem.grid().nz())) {
            kernel.invalid("config", "must keep ngrid of fwi: all kernels share one data set", "remove config.ngrid");
        }
        return own;
    }

    private static void merge(ObjectNode target, JsonNode source) {
        for (Map.Entry<String, JsonNode> entry : source.properties()) {
            if (target.path(entry.getKey()).isObject() && entry.getValue().isObject()) {
                merge((ObjectNode) target.get(entry.getKey()), entry.getValue());
            } else {
                target.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private void note(List<String> keys) {
        if (!keys.isEmpty()) {
            String notice = file + ": accepted, without effect here: " + String.join(", ", keys);
            if (!notices.contains(notice)) {
                notices.add(notice);
            }
        }
    }

    /** Replaces a file name by the file's object. */
    private void includeFile(ObjectNode root, String key) {
        if (root.path(key).isTextual()) {
            root.set(key, readObject(folder().resolve(root.get(key).textValue())));
        }
    }

    private static ObjectNode readObject(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new InvalidInputException(file + ": no such file; check the path");
            }
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new InvalidInputException(file + ": " + size + " bytes, the limit of a configuration is "
                        + MAX_FILE_BYTES + "; is it the right file?");
            }
            JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new InvalidInputException(file + ": must hold one JSON object { }; correct the file");
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new InvalidInputException("%s: line %d, column %d: not valid JSON: %s; correct the file"
                    .formatted(
                            file,
                            at == null ? 1 : at.getLineNr(),
                            at == null ? 1 : at.getColumnNr(),
                            e.getOriginalMessage()));
        } catch (IOException e) {
            throw new InvalidInputException(file + ": can't be read: " + e.getMessage());
        }
    }

    private Path folder() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** A path relative to a folder; what has a scheme (hdfs:, file:) stays as it is. */
    private static String resolve(Path folder, String path) {
        boolean hasScheme = path.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*")
                && URI.create(path.replace(' ', '+')).isAbsolute();
        return hasScheme
                ? path
                : folder.toAbsolutePath().resolve(path).normalize().toString();
    }

    private static String baseName(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
