package io.octospark.spark;

import io.octospark.compute.xrt.XrtBackend;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.spark.cards.FpgaResources;
import io.octospark.xrt.Card;
import io.octospark.xrt.UnitLocks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.resource.ResourceDiscoveryPlugin;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an executor on YARN which compute units it has. YARN counts the units of a host and does not say which it has
 * granted, so each executor takes its own, {@linkplain UnitLocks for itself until it ends}. The cards are those that
 * {@code submit-scripts/discover-fpga.sh} offers on a standalone cluster, with {@code OCTOSPARK_FPGA_UNITS} units each.
 *
 * <p>Spark makes one before it has the application's jar: that must be on the executor's own class path, as {@link
 * YarnSettings} arranges.
 */
public final class FpgaDiscovery implements ResourceDiscoveryPlugin {
    static final String UNITS = "OCTOSPARK_FPGA_UNITS";

    private static final Logger LOGGER = LoggerFactory.getLogger(FpgaDiscovery.class);

    private final Map<String, String> environment;

    public FpgaDiscovery() {
        this(System.getenv());
    }

    FpgaDiscovery(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Takes as many units as the executor asks for.
     *
     * @throws InvalidInputException if there are too few; the executor then ends
     */
    @Override
    public Optional<ResourceInformation> discoverResource(ResourceRequest request, SparkConf conf) {
        if (!request.id().resourceName().equals(FpgaResources.NAME)) {
            return Optional.empty();
        }
        List<Card> cards = XrtBackend.offered(environment);
        List<String> addresses = UnitLocks.take(cards, units(), Math.toIntExact(request.amount()));
        LOGGER.info("Compute units of this executor: {}", String.join(", ", addresses));
        return Optional.of(new ResourceInformation(FpgaResources.NAME, addresses.toArray(String[]::new)));
    }

    private int units() {
        String text = environment.getOrDefault(UNITS, "1");
        if (!text.matches("[1-9]\\d{0,3}")) {
            throw new InvalidInputException(
                    ErrorCode.ENVIRONMENT_VARIABLE,
                    UNITS + " = " + text + ": must be 1 to 9999, the compute units of a card",
                    "correct the variable");
        }
        return Integer.parseInt(text);
    }
}
