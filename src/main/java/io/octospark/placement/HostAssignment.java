package io.octospark.placement;

import io.octospark.config.ClusterConfig;
import io.octospark.config.ClusterConfig.Host;
import io.octospark.config.Experiment;
import io.octospark.config.KernelSpec;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Assignment of hosts to the kernels of an experiment, as OctoRay does it: in the order of both files. */
public final class HostAssignment {
    private HostAssignment() {}

    /**
     * Returns the experiment with a host for each kernel. A kernel that names a host keeps it. The other kernels, in
     * their order, take the hosts that no kernel names.
     *
     * @throws InvalidInputException if kernels and hosts do not match; names them with their numbers
     */
    public static Experiment of(Experiment experiment, ClusterConfig cluster) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Host> hosts = new LinkedHashMap<>();
        cluster.hosts().forEach(host -> hosts.put(host.name(), host));
        List<String> free = new ArrayList<>(hosts.keySet());
        experiment.kernels().stream().map(KernelSpec::host).forEach(free::remove);

        List<KernelSpec> kernels = new ArrayList<>();
        Map<String, Integer> used = new HashMap<>();
        long unnamed = experiment.kernels().stream()
                .filter(kernel -> kernel.host() == null)
                .count();
        if (unnamed > free.size()) {
            throw new InvalidInputException(
                    ErrorCode.TOO_FEW_HOSTS,
                    "kernels: %d name no host, of the %d hosts of the cluster %d are left"
                            .formatted(unnamed, cluster.hosts().size(), free.size()),
                    "add hosts or use fewer kernels");
        }
        for (int i = 0; i < experiment.kernels().size(); i++) {
            KernelSpec kernel = experiment.kernels().get(i);
            KernelSpec placed = kernel.host() == null ? kernel.on(free.remove(0)) : kernel;
            Host host = hosts.get(placed.host());
            String key = "kernels[" + i + "]";
            if (host == null) {
                problems.add(new Problem(
                        ErrorCode.NO_SUCH_HOST,
                        "%s.host = %s: the cluster has no such host".formatted(key, placed.host()),
                        "name one of %s".formatted(hosts.keySet())));
                continue;
            }
            int units = used.merge(host.name(), placed.instances(), Integer::sum);
            if (units > host.units()) {
                problems.add(new Problem(
                        ErrorCode.TOO_FEW_UNITS,
                        "%s.no_instances = %d: host %s has %d units (n_workers), the kernels on it want %d"
                                .formatted(key, placed.instances(), host.name(), host.units(), units),
                        "change either"));
            }
            if (host.bitstream() != null && !host.bitstream().equals(placed.pathToBitstream())) {
                problems.add(new Problem(
                        ErrorCode.VALUES_CONFLICT,
                        "%s.path_to_bitstream = %s: host %s is for %s (overlay)"
                                .formatted(key, placed.pathToBitstream(), host.name(), host.bitstream()),
                        "change either"));
            }
            kernels.add(placed);
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
        return experiment.with(kernels);
    }
}
