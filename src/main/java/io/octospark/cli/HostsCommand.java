package io.octospark.cli;

import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.FormatOption;
import io.octospark.config.ClusterConfig;
import io.octospark.config.ClusterConfigReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "hosts",
        description =
                "Checks a cluster's configuration and lists its hosts: how to reach each host, what Spark may use of it,"
                        + " and the master of its worker. Contacts no host.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class HostsCommand implements Callable<Integer> {
    /** start-cluster.sh and stop-cluster.sh read the columns by position. */
    private static final List<String> COLUMNS =
            List.of("host", "ssh_port", "user", "key", "xrt", "dir", "units", "cores", "memory", "bitstream", "master");

    @Option(
            names = "--cluster",
            required = true,
            paramLabel = "FILE",
            description = "Configuration of the cluster, for example conf/cluster_config.json.")
    private Path file;

    @Mixin
    private FormatOption format;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ClusterConfig cluster = ClusterConfigReader.read(file);
        cluster.notices().forEach(spec.commandLine().getErr()::println);
        List<List<Object>> rows = new ArrayList<>();
        for (ClusterConfig.Host host : cluster.hosts()) {
            rows.add(Arrays.asList(
                    host.name(),
                    host.sshPort(),
                    host.user(),
                    host.key(),
                    host.xrtSetup(),
                    host.folder(),
                    host.units(),
                    host.cores(),
                    host.memory(),
                    host.bitstream(),
                    cluster.master()));
        }
        format.format().print(COLUMNS, rows, spec.commandLine().getOut());
        return ExitCode.DONE;
    }
}
