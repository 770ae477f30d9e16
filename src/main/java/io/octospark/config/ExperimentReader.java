package io.octospark.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.error.UriPasswords;
import io.octospark.model.DataKind;
import io.octospark.model.ForwardModelSettings;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.model.StartSettings;
import io.octospark.model.SyntheticSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reader of an experiment's configuration file. It reports all problems at once and uses nothing of a faulty file.
 * {@code docs/configuration.md} describes every key.
 */
public final class ExperimentReader {
    private static final int MAX_REPEATS = 1_000_000;
    private static final int MAX_KERNELS = 1000;

    /** Limit on the points of all kernels together: every kernel with its own config keeps its survey. */
    private static final int MAX_KERNEL_POINTS = 1_000_000;

    private static final double MIN_TIME_LIMIT_SECONDS = 0.001;
    private static final double MAX_TIME_LIMIT_SECONDS = 86_400;
    private static final int MAX_GRIDS_IN_FLIGHT = 64;
    private static final double MAX_NOISE = 1e6;
    private static final long MAX_SEED = 1_000_000_000_000L;

    /** A scheme is followed by an absolute path, because a file's name may also contain a colon. */
    private static final Pattern URI_WITH_SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/.*");

    private final Path file;
    private final Findings findings = new Findings();

    private ExperimentReader(Path file) {
        this.file = file;
    }

    /**
     * Reads a configuration.
     *
     * @param file the configuration; the data set and other files that it names are relative to its folder
     * @param dataOverride data set to use instead of the file's {@code data}, relative to the working folder
     * @throws InvalidInputException if the configuration is faulty; names all problems
     */
    public static Experiment read(Path file, Optional<String> dataOverride) {
        return new ExperimentReader(file).read(JsonFile.read(file), dataOverride);
    }

    /**
     * Reads the configuration of an earlier run.
     *
     * @param json text that {@link Experiment#json} returned
     * @throws InvalidInputException if this version can't run it; names all problems
     */
    public static Experiment ofRun(String json) {
        return ofRun(json, Optional.empty());
    }

    /** Reads the configuration of an earlier run with another place of the data set. */
    public static Experiment ofRun(String json, Optional<String> dataOverride) {
        Path name = Path.of("config_json");
        return new ExperimentReader(name).read(JsonFile.parse(name, json), dataOverride);
    }

    private Experiment read(ObjectNode root, Optional<String> dataOverride) {
        ConfigObject config = new ConfigObject(file, root, findings);
        String name = config.text("name").orElseGet(this::nameOfFile);
        ConfigObject fwi = config.objectOrFile("fwi");
        FwiReader fwiValues = new FwiReader(fwi);
        ConfigObject inversion = objectOrFileOrEmpty(config, "inversion");
        ForwardModelSettings forwardModel = ForwardModelReader.read(objectOrFileOrEmpty(config, "forward_model"));
        InversionReader inversionValues = new InversionReader(inversion, forwardModel);
        fwiValues.check(inversionValues);
        SyntheticSettings synthetic = synthetic(config, forwardModel);
        String data = data(config, dataOverride);
        DataKind dataKind = config.choice("data_kind", DataKind.class, DataKind.CONTRAST);
        if (synthetic != null && dataKind == DataKind.PRESSURE) {
            config.problem("synthetic", "is for models, but data_kind is pressure", "remove it");
        }
        StartSettings start =
                inversionValues.start().map(keys -> start(keys, dataKind)).orElse(null);
        int replicate = config.integer("replicate", 1, Integer.MAX_VALUE, 1);
        int redundant = config.integer("redundant", 1, MAX_REPEATS, 1);
        Precision precision = config.choice("precision", Precision.class, Precision.FLOAT64);
        List<ConfigObject> kernels = config.objects("kernels", MAX_KERNELS);
        List<KernelReader> kernelValues = new ArrayList<>();
        long points = 0;
        for (ConfigObject kernel : kernels) {
            kernelValues.add(new KernelReader(kernel, fwi, fwiValues, inversionValues, synthetic, dataKind));
            points += kernelValues.get(kernelValues.size() - 1).ownPoints();
            if (points > MAX_KERNEL_POINTS) {
                config.problem(
                        "kernels",
                        "their configs have more than " + MAX_KERNEL_POINTS
                                + " frequencies, sources and receivers in all",
                        "use fewer, or give them in fwi");
                break;
            }
        }
        long withBatch =
                kernels.stream().filter(kernel -> kernel.has("batch_size")).count();
        if (withBatch > 0 && withBatch < kernels.size()) {
            config.conflict("kernels", "some have a batch_size and some have none", "give all of them one, or none");
        }
        AcceleratorSettings accelerator = accelerator(config);
        config.end();
        findings.requireNoProblem();

        InversionProblem problem = fwiValues.problem(inversionValues, synthetic);
        return new Experiment(
                name,
                problem,
                data,
                dataKind,
                start,
                replicate,
                redundant,
                precision,
                kernelValues.stream().map(kernel -> kernel.spec(problem)).toList(),
                accelerator,
                stored(root.put("data", data)),
                List.copyOf(findings.notices()));
    }

    /** Returns the JSON text as a table stores it: in UTF-8, which has no unpaired surrogates. */
    private static String stored(ObjectNode root) {
        return new String(root.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static ConfigObject objectOrFileOrEmpty(ConfigObject config, String key) {
        return config.has(key) ? config.objectOrFile(key) : config.objectOrEmpty(key);
    }

    /** Returns how synthetic data are made, or null if the configuration does not say. */
    private static SyntheticSettings synthetic(ConfigObject config, ForwardModelSettings ofInversion) {
        if (!config.has("synthetic")) {
            return null;
        }
        ConfigObject synthetic = config.object("synthetic");
        SyntheticSettings settings = new SyntheticSettings(
                synthetic.has("forward_model")
                        ? ForwardModelReader.read(synthetic.objectOrFile("forward_model"))
                        : ofInversion,
                synthetic.number("noise", 0, MAX_NOISE, 0),
                synthetic.has("seed") ? synthetic.wholeNumber("seed", 0, MAX_SEED) : 1);
        synthetic.end();
        return settings;
    }

    /** Returns the settings for the use of cards. */
    private static AcceleratorSettings accelerator(ConfigObject config) {
        AcceleratorSettings settings = AcceleratorSettings.DEFAULT;
        if (!config.has("accelerator")) {
            return settings;
        }
        ConfigObject accelerator = config.objectOrFile("accelerator");
        double seconds = accelerator.number(
                "time_limit_seconds",
                MIN_TIME_LIMIT_SECONDS,
                MAX_TIME_LIMIT_SECONDS,
                settings.timeLimit().toMillis() / 1e3);
        AcceleratorSettings given = new AcceleratorSettings(
                accelerator.text("library").orElse(settings.library()),
                Duration.ofMillis(Math.round(seconds * 1e3)),
                accelerator.integer("grids_in_flight", 1, MAX_GRIDS_IN_FLIGHT, settings.gridsInFlight()),
                accelerator.integer("residual_refresh", 1, Integer.MAX_VALUE, settings.residualRefresh()));
        accelerator.end();
        return given;
    }

    /**
     * Returns the model that inversions start from. The data set's full name replaces the given one.
     *
     * @param ofData kind of the experiment's data
     */
    private StartSettings start(ConfigObject start, DataKind ofData) {
        DataKind kind = start.choice(
                "data_kind",
                List.of(DataKind.CONTRAST, DataKind.VELOCITY),
                ofData == DataKind.PRESSURE ? DataKind.CONTRAST : ofData);
        if (!start.has("data")) {
            start.missing("data", "name a data set of one grid");
        }
        Optional<String> given = start.uri("data");
        Optional<String> resolved = given.flatMap(data -> resolve(file.resolveSibling(""), data));
        if (given.isPresent() && resolved.isEmpty()) {
            start.invalid("data", "must be a path or a URI", "correct the value");
        }
        start.end();
        resolved.ifPresent(data -> start.put("data", data));
        return new StartSettings(resolved.orElse(""), kind);
    }

    /** Returns the data set as an absolute path or a URI, or an empty text if it is faulty. */
    private String data(ConfigObject config, Optional<String> override) {
        if (!config.has("data") && override.isEmpty()) {
            config.missing("data", "name a data set here or with --data");
            return "";
        }
        override.ifPresent(data -> UriPasswords.requireNone("--data", data));
        Optional<String> given = override.isPresent() ? override : config.uri("data");
        Path folder = override.isPresent() ? Path.of("") : file.resolveSibling("");
        Optional<String> resolved = given.filter(ConfigObject::isText).flatMap(data -> resolve(folder, data));
        if (resolved.isEmpty() && override.isPresent()) {
            findings.add(new Problem(
                    ErrorCode.INVALID_PATH,
                    "--data = " + override.get() + ": must be a path or a URI",
                    "correct the option"));
        } else if (resolved.isEmpty() && given.isPresent()) {
            config.invalid("data", "must be a path or a URI", "correct the value");
        }
        return resolved.orElse("");
    }

    /**
     * Resolves a path against a folder. Text with a scheme (hdfs:, file:) stays as it is. Returns empty for text that
     * is neither.
     */
    @SuppressWarnings("UnusedException") // the caller's message shows the value
    private static Optional<String> resolve(Path folder, String data) {
        try {
            String resolved = URI_WITH_SCHEME.matcher(data).matches()
                    ? data
                    : folder.toAbsolutePath().resolve(data).normalize().toString();
            // The code that opens the data set makes a path of it in the same way.
            return Optional.of(new org.apache.hadoop.fs.Path(resolved)).map(path -> resolved);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String nameOfFile() {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
