package io.octospark.config;

import java.util.List;

/**
 * The checked configuration of a cluster's machines.
 *
 * @param scheduler host of Spark's master
 * @param port port of Spark's master
 * @param hosts hosts of the workers, at least one
 * @param notices lines about keys that are accepted without effect
 */
public record ClusterConfig(String scheduler, int port, List<Host> hosts, List<String> notices) {

    public ClusterConfig {
        hosts = List.copyOf(hosts);
        notices = List.copyOf(notices);
    }

    /** Returns the address of Spark's master. */
    public String master() {
        return "spark://" + scheduler + ":" + port;
    }

    /**
     * A host with one worker.
     *
     * @param name host name or address
     * @param sshPort port of its ssh server
     * @param user user to log in as; null for the current user
     * @param key file of the private key to log in with; null for ssh's own choice
     * @param xrtSetup script on the host that sets up the Xilinx Runtime; may be null
     * @param folder OctoSpark's folder on the host; null for the same path as here
     * @param units compute units that Spark may give to tasks
     * @param cores processor cores that Spark may use; 0 for all
     * @param memory memory that Spark may use, in Spark's notation; null for Spark's default
     * @param bitstream the xclbin file for the host; may be null
     */
    public record Host(
            String name,
            int sshPort,
            String user,
            String key,
            String xrtSetup,
            String folder,
            int units,
            int cores,
            String memory,
            String bitstream) {}
}
