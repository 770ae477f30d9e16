package io.octospark.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On a host without cards, as those that run tests are. */
class BackendChoiceTest {
    private static final Experiment EXPERIMENT = Cases.experiment(Cases.problem(30, 15));

    @Test
    void withoutACardCpuCoresAreTaken() {
        assertThat(BackendChoice.automatic(EXPERIMENT, true, OperatorForm.DENSE))
                .isEqualTo(new BackendChoice(
                        Optional.empty(),
                        "this host has no FPGA card with the driver xocl; --backend xrt insists on cards"));
    }

    @Test
    void onOtherHostsCpuCoresAreTaken() {
        assertThat(BackendChoice.automatic(EXPERIMENT, false, OperatorForm.DENSE))
                .isEqualTo(new BackendChoice(
                        Optional.empty(),
                        "cards of other hosts can't be seen from here; --backend xrt insists on cards"));
    }
}
