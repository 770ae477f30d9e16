package io.octospark.spark.cards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the executors of a run get ready before their first task, as a Spark setting in JSON.
 *
 * @param emulated whether the cards are emulated
 * @param library the Xilinx Runtime's library
 * @param timeLimitMillis of one call
 * @param gridsInFlight grids that a unit works on at the same time
 * @param residualRefresh passes from one computation of the residual to the next
 * @param environment options of emulated cards
 * @param operator form of the operator
 * @param quarantineAfter failures after which a unit is not used again
 * @param units the units of the run
 */
public record Preload(
        boolean emulated,
        String library,
        long timeLimitMillis,
        int gridsInFlight,
        int residualRefresh,
        Map<String, String> environment,
        OperatorForm operator,
        int quarantineAfter,
        List<UnitAddress> units) {
    /** Name of the setting. */
    public static final String SETTING = "spark.octospark.preload";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static Preload of(XrtBackend backend, List<UnitAddress> units) {
        AcceleratorSettings settings = backend.settings();
        return new Preload(
                backend.emulated(),
                settings.library(),
                settings.timeLimit().toMillis(),
                settings.gridsInFlight(),
                settings.residualRefresh(),
                backend.environment(),
                backend.operator(),
                backend.quarantineAfter(),
                units);
    }

    String toJson() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Preload fromJson(String json) {
        try {
            return MAPPER.readValue(json, Preload.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(SETTING + " is not what octospark run sets: " + e.getOriginalMessage(), e);
        }
    }

    public XrtBackend backend() {
        return new XrtBackend(
                emulated,
                new AcceleratorSettings(library, Duration.ofMillis(timeLimitMillis), gridsInFlight, residualRefresh),
                environment,
                operator,
                quarantineAfter);
    }

    /** A unit of the one bitstream that the cards of a host can be for; empty if there are several, or none. */
    public Optional<UnitAddress> unitOn(String host) {
        List<UnitAddress> candidates = units.stream()
                .filter(unit -> unit.host() == null || unit.host().equals(host))
                .toList();
        boolean one = candidates.stream().map(UnitAddress::bitstream).distinct().count() == 1;
        return one ? Optional.of(candidates.get(0)) : Optional.empty();
    }
}
