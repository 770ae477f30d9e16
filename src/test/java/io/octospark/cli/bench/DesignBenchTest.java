package io.octospark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.bench.DesignBench.Size;
import io.octospark.compute.xrt.DesignCatalogue.Design;
import io.octospark.xrt.xclbin.DesignSize;
import java.util.List;
import org.junit.jupiter.api.Test;

class DesignBenchTest {
    @Test
    void everyNodeHasCardsOfItsOwn() {
        Design twoUnits = DesignBench.designs(List.of("5000_100_2CU")).get(0);

        assertThat(DesignBench.sizes(List.of(1, 2), List.of(1, 3)))
                .containsExactly(new Size(1, 1), new Size(1, 3), new Size(2, 1), new Size(2, 3))
                .extracting(size -> size.cards(twoUnits))
                .containsExactly(1, 2, 2, 4);
    }

    @Test
    void anExperimentHasTheMatrixOfItsDesign() {
        for (Design design : DesignBench.designs(List.of())) {
            BenchExperiments.Size size = BenchExperiments.Size.of(design.size());
            assertThat(new DesignSize(size.frequencies() * size.sources() * size.receivers(), size.nx() * size.nz()))
                    .isEqualTo(design.size());
        }
    }
}
