package io.octospark.spark;

import io.octospark.compute.UnitAddress;
import io.octospark.compute.xrt.CardPools;
import io.octospark.error.InvalidInputException;
import io.octospark.spark.cards.FpgaResources;
import io.octospark.spark.cards.Preload;
import io.octospark.spark.cards.UnitMetrics;
import io.octospark.xrt.XrtException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.resource.ResourceInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the cards of an executor on a cluster; {@code octospark run} sets it as {@code spark.plugins}. It opens and
 * programs the executor's cards before the first task, shows what the units do as metrics of Spark, and ends an executor
 * that has no unit left which works, so that Spark starts another.
 */
public final class FpgaPlugin implements SparkPlugin {
    @Override
    public DriverPlugin driverPlugin() {
        return null;
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Cards();
    }

    private static final class Cards implements ExecutorPlugin {
        private static final Logger LOGGER = LoggerFactory.getLogger(FpgaPlugin.class);

        /** Exit code of an executor without a working unit. */
        private static final int NO_UNIT_LEFT = 75;

        private List<String> cards = List.of();

        @Override
        public void init(PluginContext context, Map<String, String> fromDriver) {
            ResourceInformation given = context.resources().get(FpgaResources.NAME);
            Optional<Preload> preload = Optional.ofNullable(context.conf().get(Preload.SETTING, null))
                    .map(Preload::fromJson);
            if (given == null || preload.isEmpty()) {
                return;
            }
            List<String> addresses = List.of(given.addresses());
            cards = addresses.stream().map(FpgaResources::cardOf).distinct().toList();
            UnitMetrics.register(
                    context.metricRegistry(), addresses, preload.get().backend());
            String host = SparkEnv.get().blockManager().blockManagerId().host();
            preload.get()
                    .unitOn(host)
                    .ifPresent(unit -> cards.forEach(card -> preload(preload.get(), unit.onCard(card))));
        }

        /** A task that needs the card meets the same failure, and tells the driver. */
        private static void preload(Preload preload, UnitAddress unit) {
            try {
                CardPools.ofProcess().of(preload.backend()).preload(unit);
                LOGGER.info("Card {} holds {}", unit.card(), unit.bitstream());
            } catch (InvalidInputException | XrtException e) {
                LOGGER.error("Card {} is not ready: {}", unit.card(), e.getMessage());
            }
        }

        /** Not {@code System.exit}: the runtime's own end may wait for what hangs on the card. */
        @Override
        public void onTaskFailed(TaskFailedReason reason) {
            boolean exhausted = CardPools.ofProcess()
                    .current()
                    .filter(pool -> pool.isExhausted(cards))
                    .isPresent();
            if (!cards.isEmpty() && exhausted) {
                LOGGER.error(
                        "No unit of this executor works any more, it ends with exit code {}; {}",
                        NO_UNIT_LEFT,
                        reason.toErrorString());
                Runtime.getRuntime().halt(NO_UNIT_LEFT);
            }
        }
    }
}
