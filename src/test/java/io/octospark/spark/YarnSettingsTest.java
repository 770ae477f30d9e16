package io.octospark.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-spark")
class YarnSettingsTest {
    private static final Path JAR = Path.of("/opt/octospark/octospark.jar");

    /** What is added to settings. */
    private static Map<String, String> added(
            Map<String, String> given, Optional<Integer> units, Map<String, String> environment) {
        SparkConf conf = new SparkConf(false);
        given.forEach(conf::set);
        YarnSettings.addTo(conf, units, environment, JAR);
        Map<String, String> all = new TreeMap<>();
        Arrays.stream(conf.getAll()).forEach(setting -> all.put(setting._1(), setting._2()));
        all.entrySet().removeAll(given.entrySet());
        return all;
    }

    @Test
    void theClientSendsTheJarToExecutorsThatHaveOneCoreForEachUnit() {
        assertThat(added(
                        Map.of("spark.executor.resource.fpga.amount", "2", "spark.yarn.dist.jars", "file:/a.jar"),
                        Optional.of(5),
                        Map.of()))
                .isEqualTo(Map.of(
                        "spark.executor.cores", "2",
                        "spark.executor.instances", "3",
                        "spark.scheduler.minRegisteredResourcesRatio", "1.0",
                        "spark.resources.discoveryPlugin", "io.octospark.spark.FpgaDiscovery",
                        "spark.executor.extraClassPath", "octospark.jar",
                        "spark.yarn.dist.jars", "file:/a.jar,file:///opt/octospark/octospark.jar"));
    }

    @Test
    void inClusterModeTheJarIsThere() {
        assertThat(added(Map.of("spark.submit.deployMode", "cluster"), Optional.empty(), Map.of()))
                .containsEntry("spark.executor.extraClassPath", "octospark.jar")
                .doesNotContainKeys("spark.yarn.dist.jars", "spark.executor.instances");
    }

    @Test
    void executorsGetTheEnvironmentOfCards() {
        assertThat(added(
                        Map.of("spark.executorEnv.XILINX_XRT", "/given"),
                        Optional.empty(),
                        Map.of(
                                "XILINX_XRT", "/opt/xilinx/xrt",
                                "OCTOSPARK_FPGA_UNITS", "2",
                                "OCTOSPARK_EMU_BDFS", "0000:3b:00.1",
                                "OCTOSPARK_TERMINAL", "true")))
                .containsEntry("spark.executorEnv.OCTOSPARK_FPGA_UNITS", "2")
                .containsEntry("spark.executorEnv.OCTOSPARK_EMU_BDFS", "0000:3b:00.1")
                .doesNotContainKeys("spark.executorEnv.XILINX_XRT", "spark.executorEnv.OCTOSPARK_TERMINAL");
    }

    @Test
    void whatIsGivenStays() {
        assertThat(added(
                        Map.of(
                                "spark.executor.cores", "4",
                                "spark.executor.instances", "1",
                                "spark.scheduler.minRegisteredResourcesRatio", "0.5",
                                "spark.resources.discoveryPlugin", "com.example.Discovery"),
                        Optional.of(5),
                        Map.of()))
                .isEmpty();
    }
}
