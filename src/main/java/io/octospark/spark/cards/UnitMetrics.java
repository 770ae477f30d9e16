package io.octospark.spark.cards;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.UnitUsage;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.xrt.Card;
import io.octospark.xrt.CardSensors;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * What the units of this process do, as metrics of Spark: for each unit {@code BDF.cuN.} with {@code grids}, {@code calls},
 * {@code busyShare} (0 to 1) and {@code failures}, for each card {@code BDF.} with {@code powerWatts} and
 * {@code temperatureCelsius}, which are null where the driver shows none. In names the BDF is written with dashes, such as
 * {@code 0000-65-00-1}: sinks make folders of dots and slashes.
 */
public final class UnitMetrics {
    private static final Map<String, LongAdder> GRIDS = new ConcurrentHashMap<>();

    private UnitMetrics() {}

    /** A unit has done a grid. */
    public static void gridDone(UnitDescription unit) {
        if (unit.cu() != null) {
            GRIDS.computeIfAbsent(unit.device() + "/cu" + unit.cu(), address -> new LongAdder())
                    .increment();
        }
    }

    /**
     * Registers the metrics of units.
     *
     * @param addresses {@code BDF/cuN}
     */
    public static void register(MetricRegistry registry, List<String> addresses, XrtBackend backend) {
        for (String address : addresses) {
            gauge(registry, name(address) + ".grids", () -> GRIDS.getOrDefault(address, new LongAdder())
                    .sum());
            gauge(registry, name(address) + ".calls", () -> usage(address, UnitUsage::calls, 0L));
            gauge(registry, name(address) + ".busyShare", () -> usage(address, UnitUsage::busyShare, 0.0));
            gauge(registry, name(address) + ".failures", () -> usage(address, UnitUsage::failures, 0));
        }
        addresses.stream().map(FpgaResources::cardOf).distinct().forEach(bdf -> {
            CardSensors sensors = backend.sensors(new Card(0, bdf, ""));
            gauge(registry, name(bdf) + ".powerWatts", () -> sensors.read()
                    .map(CardSensors.Reading::powerWatts)
                    .orElse(null));
            gauge(registry, name(bdf) + ".temperatureCelsius", () -> sensors.read()
                    .flatMap(CardSensors.Reading::temperatureCelsius)
                    .orElse(null));
        });
    }

    private static String name(String address) {
        int slash = address.indexOf('/');
        String bdf = (slash < 0 ? address : address.substring(0, slash)).replaceAll("[:.]", "-");
        return slash < 0 ? bdf : bdf + "." + address.substring(slash + 1);
    }

    private static void gauge(MetricRegistry registry, String name, Gauge<?> value) {
        registry.register(name, value);
    }

    private static <T> T usage(String address, Function<UnitUsage, T> value, T none) {
        return CardPools.ofProcess()
                .current()
                .map(pool -> pool.usages().get(address))
                .map(value)
                .orElse(none);
    }
}
