package io.octospark.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.config.AcceleratorSettings;
import io.octospark.config.ClusterConfig;
import io.octospark.config.ClusterConfig.Host;
import io.octospark.config.Experiment;
import io.octospark.config.KernelSpec;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HostAssignmentTest {
    private static final InversionProblem PROBLEM = new InversionProblem(
            Grid.of(5, 4, new Position(0, 0), new Position(50, 40)),
            new Survey(2000, List.of(10.0), List.of(new Position(0, -5)), List.of(new Position(9, -5))),
            new InversionSettings(InversionMode.STANDARD, 1e-6, 10, 100, 1));

    private static KernelSpec kernel(String bitstream, int instances, String host) {
        return new KernelSpec(bitstream, instances, 0, List.of(), host, null, 0, 0, null, PROBLEM);
    }

    private static Host host(String name, int units, String bitstream) {
        return new Host(name, 22, null, null, null, null, units, 0, null, bitstream);
    }

    private static Experiment assign(List<KernelSpec> kernels, Host... hosts) {
        Experiment experiment = new Experiment(
                "test",
                PROBLEM,
                "data.txt",
                DataKind.CONTRAST,
                null,
                1,
                1,
                Precision.FLOAT64,
                kernels,
                AcceleratorSettings.DEFAULT,
                "{}",
                List.of());
        return HostAssignment.of(experiment, new ClusterConfig("node1", 7077, List.of(hosts), List.of()));
    }

    private static Stream<String> hostsOf(Experiment experiment) {
        return experiment.kernels().stream().map(KernelSpec::host);
    }

    @Test
    void kernelsTakeTheHostsInTheirOrder() {
        List<KernelSpec> kernels = List.of(kernel("a", 1, null), kernel("b", 2, null));

        assertThat(hostsOf(assign(kernels, host("node1", 1, "a"), host("node2", 2, null), host("node3", 1, null))))
                .containsExactly("node1", "node2");
    }

    @Test
    void namedHostsAreKeptAndNotGivenAway() {
        List<KernelSpec> kernels = List.of(kernel("a", 1, null), kernel("b", 1, "node1"), kernel("b", 1, "node1"));

        assertThat(hostsOf(assign(kernels, host("node1", 2, "b"), host("node2", 1, null))))
                .containsExactly("node2", "node1", "node1");
    }

    @Test
    void moreKernelsThanHostsAreRefused() {
        assertThatThrownBy(() -> assign(
                        List.of(kernel("a", 1, null), kernel("a", 1, null), kernel("a", 1, "node1")),
                        host("node1", 1, null),
                        host("node2", 1, null)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kernels: 2 name no host, of the 2 hosts of the cluster 1 are left; add hosts or use fewer"
                        + " kernels")
                .extracting(e -> ((InvalidInputException) e).code())
                .isEqualTo(ErrorCode.TOO_FEW_HOSTS);
    }

    @Test
    void allThatDoesNotFitIsNamed() {
        assertThatThrownBy(() -> assign(
                        List.of(kernel("a", 3, null), kernel("a", 1, "node9"), kernel("b", 1, "node2")),
                        host("node1", 2, "a"),
                        host("node2", 1, "c")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(String.join(
                        System.lineSeparator(),
                        "kernels[0].no_instances = 3: host node1 has 2 units (n_workers), the kernels on it want 3; change"
                                + " either",
                        "kernels[1].host = node9: the cluster has no such host; name one of [node1, node2]",
                        "kernels[2].path_to_bitstream = b: host node2 is for c (overlay); change either"));
    }
}
