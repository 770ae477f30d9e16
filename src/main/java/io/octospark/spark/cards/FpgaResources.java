package io.octospark.spark.cards;

import io.octospark.compute.UnitAddress;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.placement.UnitAssignment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.storage.BlockManagerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compute units as a resource that Spark's scheduler hands out on clusters. Workers offer addresses {@code BDF/cuN}, the
 * executors of a run ask for some, and each task of the reconstruction gets one, while other stages keep all cores. In
 * local mode Spark schedules no resources; there the tasks share the cards by themselves.
 */
public final class FpgaResources {
    /** The resource's name. */
    public static final String NAME = "fpga";

    /** Setting: units of each executor. */
    public static final String AMOUNT = "spark.executor.resource." + NAME + ".amount";

    private static final Logger LOGGER = LoggerFactory.getLogger(FpgaResources.class);

    private static final String WAIT_SECONDS = "spark.octospark.executorWaitSeconds";
    private static final int DEFAULT_WAIT_SECONDS = 50;

    private FpgaResources() {}

    /**
     * What a run on cards needs of a cluster, for settings that the user has not given.
     *
     * @param unitsPerExecutor compute units of each executor
     * @param preload what the executors get ready
     */
    public static Map<String, String> settings(int unitsPerExecutor, Preload preload) {
        return Map.of(
                Preload.SETTING,
                preload.toJson(),
                AMOUNT,
                Integer.toString(unitsPerExecutor),
                // A unit of the wrong host is of no use to a task: it had rather wait.
                "spark.locality.wait",
                "10min",
                // When the host's executor is gone it must not run out of attempts before another one has started.
                "spark.task.maxFailures",
                "20");
    }

    /** One compute unit for each task, wherever possible on the host that its assignment names. */
    public static <T> JavaRDD<T> onePerTask(JavaRDD<T> rdd, List<UnitAssignment> assignments) {
        TaskResourceRequests requests = new TaskResourceRequests().cpus(1).resource(NAME, 1);
        // Hosts are pinned after the last narrow step, so that they are what the scheduler sees first.
        return PinnedRdd.of(rdd, assignments.stream().map(FpgaResources::host).toList())
                .withResources(new ResourceProfileBuilder().require(requests).build());
    }

    private static String host(UnitAssignment assignment) {
        UnitAddress address = assignment.address();
        return address == null || address.host() == null ? "" : address.host();
    }

    /**
     * Waits until every host that units are wanted on has an executor, and one is there at all.
     *
     * @param strictHosts whether each of the hosts must have one
     * @return the assignments, those of hosts that have none on any host
     * @throws InvalidInputException naming what is missing, after a time limit: Spark itself would wait for ever
     */
    public static List<UnitAssignment> awaitExecutors(
            SparkContext context, List<UnitAssignment> assignments, boolean strictHosts) {
        Set<String> wanted = assignments.stream()
                .map(FpgaResources::host)
                .filter(host -> !host.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        SparkConf conf = context.getConf();
        int seconds = conf.getInt(WAIT_SECONDS, DEFAULT_WAIT_SECONDS);
        Arrivals arrivals = new Arrivals();
        context.addSparkListener(arrivals);
        try {
            // The driver stands among them.
            BlockManagerId driver = SparkEnv.get().blockManager().blockManagerId();
            for (SparkExecutorInfo executor : context.statusTracker().getExecutorInfos()) {
                if (executor.port() != driver.port() || !executor.host().equals(driver.host())) {
                    arrivals.add(executor.host());
                }
            }
            if (arrivals.await(wanted, seconds)) {
                return assignments;
            }
            wanted.removeAll(arrivals.hosts);
            if (strictHosts || arrivals.hosts.isEmpty()) {
                throw new InvalidInputException(
                        ErrorCode.EXECUTORS_MISSING,
                        "--master = %s: no executor has come from %s in %d s, with %s = %s; executors are on: %s"
                                .formatted(
                                        context.master(),
                                        wanted.isEmpty() ? "any host" : String.join(", ", wanted),
                                        seconds,
                                        AMOUNT,
                                        conf.get(AMOUNT, "none"),
                                        arrivals.hosts.isEmpty() ? "none" : String.join(", ", arrivals.hosts)),
                        "see in the master's web page whether workers are alive and offer so many units, or change the amount");
            }
            LOGGER.warn(
                    "No executor has come from {} in {} s: the grids for there go to {}; --strict-hosts would refuse to run",
                    String.join(", ", wanted),
                    seconds,
                    String.join(", ", arrivals.hosts));
            return assignments.stream()
                    .map(assignment -> wanted.contains(host(assignment)) ? assignment.onAnyHost() : assignment)
                    .toList();
        } finally {
            context.removeSparkListener(arrivals);
        }
    }

    /** The unit that Spark has given to a task on a cluster: card and number, or null in local mode. */
    public static String address(TaskContext task) {
        ResourceInformation information = task.resourcesJMap().get(NAME);
        return information == null ? null : information.addresses()[0];
    }

    /**
     * The units of a bitstream on the card of an address that Spark has given to a task.
     *
     * @param units those of the run
     */
    public static List<UnitAddress> unitsOnCard(String given, String bitstream, List<UnitAddress> units) {
        String card = cardOf(given);
        return units.stream()
                .filter(unit -> unit.bitstream().equals(bitstream))
                .map(unit -> unit.onCard(card))
                .distinct()
                .toList();
    }

    /** The card of an address {@code BDF/cuN}. */
    public static String cardOf(String address) {
        int slash = address.indexOf('/');
        if (slash < 1) {
            throw new IllegalStateException("resource fpga: the address " + address
                    + " is not of the form BDF/cuN; correct the worker's discovery script");
        }
        return address.substring(0, slash);
    }

    /** Hosts with executors. */
    private static final class Arrivals extends SparkListener {
        private final Set<String> hosts = new ConcurrentSkipListSet<>();

        synchronized void add(String host) {
            hosts.add(host);
            notifyAll();
        }

        @Override
        public void onExecutorAdded(SparkListenerExecutorAdded added) {
            add(added.executorInfo().executorHost());
        }

        synchronized boolean await(Set<String> wanted, int seconds) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (hosts.isEmpty() || !hosts.containsAll(wanted)) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }
}
