package io.octospark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceID;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("every-spark")
class FpgaDiscoveryTest {
    /** A place on the bus that no other process of this host uses. */
    private static final String CARD = "%04x:%02x:00.1"
            .formatted(
                    ProcessHandle.current().pid() >> 8 & 0xffff,
                    ProcessHandle.current().pid() & 0xff);

    @AfterAll
    static void leaveNoFiles() throws IOException {
        for (int unit = 1; unit <= 2; unit++) {
            Files.deleteIfExists(
                    Path.of("/tmp/octospark-unit-" + CARD.replaceAll("[:.]", "-") + "-cu" + unit + ".lock"));
        }
    }

    private static Optional<ResourceInformation> discover(
            String resource, long amount, Map<String, String> environment) {
        ResourceRequest request = new ResourceRequest(
                new ResourceID("spark.executor", resource), amount, Optional.empty(), Optional.empty());
        return new FpgaDiscovery(environment).discoverResource(request, new SparkConf(false));
    }

    @Test
    void unitsAreThoseThatTheScriptOffersOnAStandaloneCluster() throws IOException {
        Map<String, String> environment = Map.of("OCTOSPARK_EMU_BDFS", CARD, "OCTOSPARK_FPGA_UNITS", "2");
        ProcessBuilder script = new ProcessBuilder("submit-scripts/discover-fpga.sh");
        script.environment().putAll(environment);
        Process offered = script.start();

        ResourceInformation found = discover("fpga", 2, environment).orElseThrow();

        assertThat(found.name()).isEqualTo("fpga");
        assertThat(found.addresses()).containsExactly(CARD + "/cu1", CARD + "/cu2");
        JsonNode json = new ObjectMapper().readTree(offered.getInputStream());
        assertThat(json.get("addresses")).extracting(JsonNode::textValue).containsExactly(found.addresses());
    }

    @Test
    void aCardHasOneUnitUnlessToldOtherwise() {
        assertThatThrownBy(() -> discover("fpga", 2, Map.of("OCTOSPARK_EMU_BDFS", CARD)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "2 compute unit(s) wanted, this host has 1 (1 card(s), OCTOSPARK_FPGA_UNITS = 1)");
    }

    @Test
    void otherResourcesAreLeftToOthers() {
        assertThat(discover("gpu", 1, Map.of("OCTOSPARK_EMU_BDFS", CARD))).isEmpty();
    }

    @Test
    void aNumberOfUnitsThatIsNoneIsRefused() {
        assertThatThrownBy(() -> discover("fpga", 1, Map.of("OCTOSPARK_FPGA_UNITS", "two")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("OCTOSPARK_FPGA_UNITS = two: must be 1 to 9999, the compute units of a card; correct the"
                        + " variable");
    }
}
