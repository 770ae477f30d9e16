package io.octospark.spark;

import io.octospark.compute.UnitAddress;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.spark.cards.FpgaResources;
import io.octospark.spark.cards.Preload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;
import scala.jdk.javaapi.OptionConverters;

/** Opens the Spark session of a command. */
public final class SparkSessions {
    private static final String DEFAULT_MASTER = "local[*]";
    /** Spark's default of spark.task.maxFailures. */
    private static final int ATTEMPTS = 4;

    private static final String STANDALONE = "spark://";
    private static final String HOST_AND_PORT = "([^/:,\\s]+|\\[[0-9a-fA-F:.]+]):[1-9][0-9]{0,4}";
    private static final String MASTERS = "local(\\[(\\*|[1-9][0-9]*)(,\\s*[1-9][0-9]*)?])?|local-cluster\\[.+]|"
            + STANDALONE + HOST_AND_PORT + "(," + HOST_AND_PORT + ")*|yarn|k8s://.+";

    private static final int MAX_PORT = 65_535;
    private static final int CONNECT_MILLIS = 5000;

    private SparkSessions() {}

    /** Settings of file systems, as a session would have them. */
    public static Configuration hadoopConfiguration() {
        return SparkHadoopUtil.get().newConfiguration(new SparkConf());
    }

    /** Opens a session for a command that computes nothing on cards. */
    public static SparkSession open(String name, Optional<String> master) {
        return open(name, master, conf -> {});
    }

    /**
     * Opens a session for an experiment whose compute units may be on cards.
     *
     * @param unitsPerExecutor compute units that an executor on a cluster is to have
     * @param unitsInAll compute units of the run, if known
     * @param backend the cards
     * @param units the units of the run as far as they are known, for executors to get ready
     */
    public static SparkSession openForCards(
            String name,
            Optional<String> master,
            int unitsPerExecutor,
            Optional<Integer> unitsInAll,
            XrtBackend backend,
            List<UnitAddress> units) {
        return open(name, master, conf -> {
            FpgaResources.settings(unitsPerExecutor, Preload.of(backend, units)).forEach(conf::setIfMissing);
            addPlugin(conf);
            if (conf.get("spark.master").equals("yarn")) {
                YarnSettings.addTo(conf, unitsInAll, System.getenv(), applicationJar());
            }
        });
    }

    /**
     * Opens a session with the settings that spark-submit has passed on.
     *
     * @param name name of the application
     * @param master Spark's master; without one that of the settings, {@code local[*]} if there is none
     * @param onCluster adds settings that are not given, where the master is not local
     * @throws InvalidInputException if the settings can't work on that master
     */
    private static SparkSession open(String name, Optional<String> master, Consumer<SparkConf> onCluster) {
        SparkConf conf = new SparkConf().setAppName("OctoSpark " + name);
        master.ifPresent(conf::setMaster);
        conf.setIfMissing("spark.master", DEFAULT_MASTER);
        if (!isMaster(conf.get("spark.master"))) {
            throw new InvalidInputException(
                    ErrorCode.MASTER_INVALID,
                    "--master = " + conf.get("spark.master")
                            + ": must be local, local[N], local[*], spark://HOST:PORT, yarn or k8s://...",
                    "correct the value");
        }
        refuseResourcesOnLocalMaster(conf);
        requireMaster(conf.get("spark.master"));
        if (!isLocal(conf)) {
            onCluster.accept(conf);
        }
        conf.set("spark.master", withAttempts(conf.get("spark.master")));
        // Progress comes with the heartbeats. The interval is also the time limit of one; an executor ends itself after
        // so many failures in a row, here after ten minutes as with Spark's own settings (10s, 60).
        conf.setIfMissing("spark.executor.heartbeatInterval", "5s");
        conf.setIfMissing("spark.executor.heartbeat.maxFailures", "120");
        // A null in a result is a null in its JSON, not a key that is sometimes missing.
        conf.setIfMissing("spark.sql.jsonGenerator.ignoreNullFields", "false");
        // Views of results have more columns than Spark shows of a plan without a warning.
        conf.setIfMissing("spark.sql.debug.maxToStringFields", "1000");
        EventLogFolder.make(conf);
        try {
            return SparkSession.builder().config(conf).getOrCreate();
        } catch (IllegalStateException e) {
            if (!conf.get("spark.master").equals("yarn")) {
                throw e;
            }
            throw new InvalidInputException(
                    ErrorCode.APPLICATION_ENDED,
                    "--master = yarn: the application ended before all executors were there (" + e.getMessage() + ")",
                    "the messages above say why, or the logs of its containers (yarn logs)");
        }
    }

    /**
     * Sees that the master of a standalone cluster is there, or one of several: Spark itself would try for a minute, and then
     * say so among traces.
     */
    private static void requireMaster(String master) {
        List<String> addresses = standalone(master).toList();
        if (addresses.isEmpty()) {
            return;
        }
        List<String> reasons = new ArrayList<>();
        for (String address : addresses) {
            try (Socket socket = new Socket()) {
                String host = address.substring(0, address.lastIndexOf(':'));
                socket.connect(new InetSocketAddress(host, port(address)), CONNECT_MILLIS);
                return;
            } catch (UnknownHostException e) {
                reasons.add("no such host");
            } catch (IOException e) {
                reasons.add(Messages.cause(e));
            }
        }
        throw new InvalidInputException(
                ErrorCode.MASTER_UNREACHABLE,
                "--master = " + master + ": no master is there (" + String.join(", ", reasons) + ")",
                "start the cluster (submit-scripts/start-cluster.sh) or correct the address");
    }

    private static Path applicationJar() {
        URL jar = SparkSessions.class.getProtectionDomain().getCodeSource().getLocation();
        return Path.of(URI.create(jar.toString()));
    }

    /** Where Spark shows the job, and what keeps that for later; empty where Spark has no pages. */
    public static Optional<String> pages(SparkSession spark) {
        SparkConf conf = spark.sparkContext().getConf();
        String afterwards = conf.getBoolean("spark.eventLog.enabled", false)
                ? " until the run ends, then by the history server of " + EventLogFolder.of(conf)
                : " until the run ends. To keep them for the history server, add: -- --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=DIR";
        return OptionConverters.toJava(spark.sparkContext().uiWebUrl())
                .map(url -> "Spark's pages: " + url + afterwards);
    }

    /** The user may have plugins too. */
    private static void addPlugin(SparkConf conf) {
        String others = conf.get("spark.plugins", "");
        String plugin = FpgaPlugin.class.getName();
        if (!List.of(others.split(",")).contains(plugin)) {
            conf.set("spark.plugins", others.isEmpty() ? plugin : others + "," + plugin);
        }
    }

    private static boolean isMaster(String master) {
        return master.matches(MASTERS) && standalone(master).allMatch(address -> port(address) <= MAX_PORT);
    }

    /** The addresses of a standalone cluster's masters, {@code HOST:PORT}; none of another cluster. */
    private static Stream<String> standalone(String master) {
        return master.startsWith(STANDALONE)
                ? Arrays.stream(master.substring(STANDALONE.length()).split(",", -1))
                : Stream.empty();
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static boolean isLocal(SparkConf conf) {
        return conf.get("spark.master").matches("local(\\[.*])?");
    }

    /** In local mode Spark gives a task one attempt; here as many as on a cluster, so that another unit can take it. */
    private static String withAttempts(String master) {
        if (master.equals("local")) {
            return "local[1," + ATTEMPTS + "]";
        }
        return master.matches("local\\[[^,]+]") ? master.replace("]", "," + ATTEMPTS + "]") : master;
    }

    /** In local mode Spark waits for ever, and silently, for resources that only a cluster's workers offer. */
    private static void refuseResourcesOnLocalMaster(SparkConf conf) {
        String master = conf.get("spark.master");
        if (!isLocal(conf)) {
            return;
        }
        Optional<Tuple2<String, String>> resource = Arrays.stream(conf.getAll())
                .filter(setting -> setting._1().matches("spark\\.(task|executor)\\.resource\\..*"))
                .findFirst();
        if (resource.isPresent()) {
            throw new InvalidInputException(
                    ErrorCode.MASTER_RESOURCES,
                    "%s = %s: a %s master offers no such resource and Spark would wait for it for ever"
                            .formatted(resource.get()._1(), resource.get()._2(), master),
                    "remove the setting or" + " name a cluster with --master");
        }
    }
}
