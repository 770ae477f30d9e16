package io.octospark.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.octospark.error.InvalidInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reader of the file from which the notebook started its cluster. It reports all problems at once and uses nothing of a
 * faulty file. {@code docs/configuration.md} describes every key.
 */
public final class ClusterConfigReader {
    private static final int MAX_HOSTS = 1000;
    private static final int MAX_PORT = 65_535;
    private static final int SSH_PORT = 22;
    private static final int MASTER_PORT = 7077;
    private static final int MAX_UNITS = 1000;
    private static final int MAX_CORES = 100_000;
    private static final long MIB = 1 << 20;

    /** The largest number of MiB that Spark can count. */
    private static final long MAX_MEMORY_MIB = 1 << 30;

    // Text that is passed to ssh must not look like an ssh option.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    private static final Pattern MEMORY = Pattern.compile("(\\d{1,18}) *(?:([kmgt])i?)?b?");

    /** How to reach a host, and the paths of the software on it. */
    private record Connection(int port, String user, String key, String xrt, String folder) {}

    /** The resources of a host that Spark may use. */
    private record Capacity(int units, int cores, String memory) {}

    private final Path file;
    private final Findings findings = new Findings();

    private ClusterConfigReader(Path file) {
        this.file = file;
    }

    /**
     * Reads a configuration.
     *
     * @param file the configuration; the private keys that it names are relative to its folder
     * @throws InvalidInputException if the configuration is faulty; names all problems
     */
    public static ClusterConfig read(Path file) {
        return new ClusterConfigReader(file).read();
    }

    private ClusterConfig read() {
        ConfigObject config = new ConfigObject(file, JsonFile.read(file), findings);
        Optional<String> scheduler = config.text("scheduler");
        if (!config.has("scheduler")) {
            config.missing("scheduler", "name the host of Spark's master");
        }
        scheduler
                .filter(name -> !HOST.matcher(name).matches())
                .ifPresent(name -> config.invalid("scheduler", "must be a host name or address", "correct the value"));
        List<String> names = hosts(config);
        List<Connection> connections = perHost(config, "connect_options", names, this::connection);
        List<Capacity> capacities = perHost(config, "worker_options", names, this::capacity);
        int port = MASTER_PORT;
        if (config.has("scheduler_options")) {
            ConfigObject options = config.object("scheduler_options");
            port = options.integer("port", 1, MAX_PORT, port);
            options.withoutEffect("dashboard_address");
            options.end();
        }
        List<String> bitstreams = bitstreams(config, names);
        config.withoutEffect("worker_class");
        config.end();
        findings.requireNoProblem();

        List<ClusterConfig.Host> hosts = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Connection connection = connections.get(i);
            Capacity capacity = capacities.get(i);
            hosts.add(new ClusterConfig.Host(
                    names.get(i),
                    connection.port,
                    connection.user,
                    connection.key,
                    connection.xrt,
                    connection.folder,
                    capacity.units,
                    capacity.cores,
                    capacity.memory,
                    bitstreams.get(i)));
        }
        return new ClusterConfig(scheduler.orElseThrow(), port, hosts, List.copyOf(findings.notices()));
    }

    /** Returns the hosts' names, or an empty list if one of them is faulty. */
    private static List<String> hosts(ConfigObject config) {
        List<String> names = config.texts("hosts", MAX_HOSTS);
        boolean sound = true;
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String problem = null;
            if (!HOST.matcher(names.get(i)).matches()) {
                problem = "must be a host name or address";
            } else if (!seen.add(names.get(i))) {
                problem = "is listed twice";
            }
            if (problem != null) {
                sound = false;
                config.invalid("hosts[" + i + "]", config.value("hosts").get(i), problem, "correct or remove it");
            }
        }
        return sound ? names : List.of();
    }

    /**
     * Returns the values of a key for each host. The key holds one object for all hosts or a list with one object per
     * host.
     *
     * @param names the hosts; empty if they are faulty
     * @param reader takes an object and the name of its host
     */
    private <T> List<T> perHost(
            ConfigObject config, String key, List<String> names, BiFunction<ConfigObject, String, T> reader) {
        JsonNode given = config.value(key);
        String anyHost = names.size() == 1 ? names.get(0) : "HOST";
        if (!given.isArray()) {
            return Collections.nCopies(names.size(), reader.apply(config.objectOrEmpty(key), anyHost));
        }
        requireOneForEach(config, key, names);
        List<T> values = new ArrayList<>();
        for (ConfigObject object : config.objects(key, MAX_HOSTS)) {
            values.add(reader.apply(object, values.size() < names.size() ? names.get(values.size()) : anyHost));
        }
        return values;
    }

    private static void requireOneForEach(ConfigObject config, String key, List<String> names) {
        int given = config.value(key).size();
        if (!names.isEmpty() && given != names.size()) {
            // The message leaves out the value, which may contain a password.
            config.problem(
                    key,
                    "a list of " + given + ", but there are " + names.size() + " hosts",
                    "give one for each host, or one without a list for all");
        }
    }

    private Connection connection(ConfigObject options, String host) {
        int port = options.integer("port", 1, MAX_PORT, SSH_PORT);
        Optional<String> user = options.text("username");
        Optional<String> sound = user.filter(name -> USER.matcher(name).matches());
        if (user.isPresent() && sound.isEmpty()) {
            options.invalid("username", "must be the name of a user", "correct the value");
        }
        options.refuseSecret(
                "password",
                "remove it and log in with a key: ssh-copy-id -p " + (port == 0 ? "PORT" : port) + " "
                        + sound.orElse("USER") + "@" + host);
        Connection connection = new Connection(
                port,
                user.orElse(null),
                options.text("client_keys").map(key -> key(options, key)).orElse(null),
                options.text("xrt").orElse(null),
                options.text("dir").orElse(null));
        options.end();
        return connection;
    }

    /** Returns the file of a key; ssh itself expands {@code ~}. */
    private String key(ConfigObject options, String key) {
        if (key.startsWith("~")) {
            return key;
        }
        try {
            return file.toAbsolutePath().resolveSibling(key).normalize().toString();
        } catch (InvalidPathException e) {
            options.invalid(
                    "client_keys", "is not a path on this system: " + e.getReason(), "correct the name of the file");
            return key;
        }
    }

    private Capacity capacity(ConfigObject options, String host) {
        Capacity capacity = new Capacity(
                options.integer("n_workers", 1, MAX_UNITS, 1),
                options.integer("nthreads", 0, MAX_CORES, 0),
                memory(options));
        options.withoutEffect("preload", "nanny");
        options.end();
        return capacity;
    }

    /** Returns memory in Spark's notation, or null for Spark's default. */
    private static String memory(ConfigObject options) {
        JsonNode given = options.value("memory_limit");
        if (!options.has("memory_limit") || (given.isNumber() && given.asDouble() == 0)) {
            return null;
        }
        String text = given.isIntegralNumber() ? given.asText() : given.isTextual() ? given.textValue() : "";
        Matcher memory = MEMORY.matcher(text.toLowerCase(Locale.ROOT));
        if (memory.matches()) {
            int power = memory.group(2) == null ? 0 : "kmgt".indexOf(memory.group(2)) + 1;
            double mib = Math.floor(Double.parseDouble(memory.group(1)) * Math.pow(1024, power) / MIB);
            if (mib >= 1 && mib <= MAX_MEMORY_MIB) {
                return (long) mib + "m";
            }
        }
        options.invalid(
                "memory_limit",
                "must be 0 for Spark's default, bytes, or text such as \"4g\" or \"512m\", from 1m to 1024t",
                "correct the value");
        return null;
    }

    /** Returns the bitstream of each host; a host without one has null. */
    private static List<String> bitstreams(ConfigObject config, List<String> names) {
        if (config.value("overlay").isArray()) {
            requireOneForEach(config, "overlay", names);
            return config.texts("overlay", MAX_HOSTS);
        }
        return Collections.nCopies(names.size(), config.text("overlay").orElse(null));
    }
}
