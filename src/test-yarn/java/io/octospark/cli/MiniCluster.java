package io.octospark.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS with a data node and YARN with two node managers, in a process of its own; containers are processes as on any cluster.
 * Arguments: the folder for the configuration of clients. It says so on standard output when all is ready, and ends when its
 * standard input does.
 */
final class MiniCluster {
    static final String READY = "the cluster is ready";

    private static final int NODES = 2;

    private MiniCluster() {}

    public static void main(String[] args) {
        int exitCode = 1;
        try {
            run(Path.of(args[0]));
            exitCode = 0;
        } catch (Exception e) {
            e.printStackTrace(System.err);
        } finally {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            // Not exit: its threads and hooks wait for each other.
            Runtime.getRuntime().halt(exitCode);
        }
    }

    private static void run(Path clientFolder) throws Exception {
        Configuration hdfs = new Configuration();
        hdfs.set(
                MiniDFSCluster.HDFS_MINIDFS_BASEDIR,
                Path.of("hdfs").toAbsolutePath().toString());
        MiniDFSCluster dfs = new MiniDFSCluster.Builder(hdfs).numDataNodes(1).build();
        YarnConfiguration conf = new YarnConfiguration(hdfs);
        conf.set("yarn.scheduler.capacity.root.queues", "default");
        conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
        conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "0.9");
        conf.set(
                "yarn.scheduler.capacity.resource-calculator",
                "org.apache.hadoop.yarn.util.resource.DominantResourceCalculator");
        conf.set("yarn.scheduler.minimum-allocation-mb", "128");
        conf.set("yarn.nodemanager.resource-type.yarn.io/fpga", "2");
        // A disk that is nearly full would make the nodes refuse work; memory is that of the machine.
        conf.set("yarn.nodemanager.disk-health-checker.enable", "false");
        conf.set("yarn.nodemanager.vmem-check-enabled", "false");
        conf.set("yarn.nodemanager.pmem-check-enabled", "false");
        MiniYARNCluster yarn = new MiniYARNCluster("yarn", NODES, 1, 1);
        yarn.init(conf);
        yarn.start();
        if (!yarn.waitForNodeManagersToConnect(60_000)) {
            throw new IllegalStateException("the node managers have not come");
        }
        write(
                clientFolder.resolve("core-site.xml"),
                Map.of(FileSystem.FS_DEFAULT_NAME_KEY, dfs.getURI().toString()));
        Map<String, String> addresses = new TreeMap<>();
        for (String name : List.of(YarnConfiguration.RM_ADDRESS, YarnConfiguration.RM_SCHEDULER_ADDRESS)) {
            addresses.put(name, yarn.getConfig().get(name));
        }
        write(clientFolder.resolve("yarn-site.xml"), addresses);
        System.out.println(READY);
        while (System.in.read() >= 0) {
            // Until whoever has started it closes the stream, or is gone.
        }
    }

    /** What the test has of the cluster's configuration is for servers, and has classes that clients have not. */
    private static void write(Path file, Map<String, String> settings) throws IOException {
        Configuration conf = new Configuration(false);
        settings.forEach(conf::set);
        try (OutputStream out = Files.newOutputStream(file)) {
            conf.writeXml(out);
        }
    }
}
