package io.octospark.spark;

import io.octospark.spark.cards.FpgaResources;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * What a run on cards needs of YARN beyond what it needs of any cluster. There executors have one core unless they ask for
 * more, are started in the number that is asked for, and inherit no environment. Spark itself asks YARN for a {@code
 * yarn.io/fpga} for each {@code fpga} of an executor.
 */
final class YarnSettings {
    private static final String PLUGIN = "spark.resources.discoveryPlugin";
    private static final String JARS = "spark.yarn.dist.jars";
    private static final String FORWARDED = "XILINX_XRT|OCTOSPARK_FPGA_UNITS|OCTOSPARK_EMU_.*";

    private YarnSettings() {}

    /**
     * Adds to settings what is not given in them.
     *
     * @param conf settings, with the compute units of each executor among them
     * @param units compute units of the run, if known
     * @param environment variables of this process
     * @param jar the application's jar
     */
    static void addTo(SparkConf conf, Optional<Integer> units, Map<String, String> environment, Path jar) {
        int perExecutor = conf.getInt(FpgaResources.AMOUNT, 1);
        conf.setIfMissing("spark.executor.cores", Integer.toString(perExecutor));
        units.ifPresent(wanted -> conf.setIfMissing(
                "spark.executor.instances", Integer.toString((wanted + perExecutor - 1) / perExecutor)));
        // The first executors would take what is meant for those that come a little later.
        conf.setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1.0");
        environment.forEach((name, value) -> {
            if (name.matches(FORWARDED)) {
                conf.setIfMissing("spark.executorEnv." + name, value);
            }
        });
        if (conf.contains(PLUGIN)) {
            return;
        }
        conf.set(PLUGIN, FpgaDiscovery.class.getName());
        // In cluster mode YARN has put the jar into the working folder of every container; else it is sent from here.
        conf.setIfMissing("spark.executor.extraClassPath", jar.getFileName().toString());
        if (!conf.get("spark.submit.deployMode", "client").equals("cluster")) {
            String others = conf.get(JARS, "");
            conf.set(JARS, others.isEmpty() ? jar.toUri().toString() : others + "," + jar.toUri());
        }
    }
}
