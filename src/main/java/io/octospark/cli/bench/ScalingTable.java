package io.octospark.cli.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The times of runs on different numbers of units, and the table of their medians. */
final class ScalingTable {
    static final List<String> COLUMNS = List.of(
            "units",
            "grids",
            "stage_seconds",
            "stage_min",
            "stage_max",
            "efficiency",
            "driver_gap_seconds",
            "driver_gap_max");

    /** The times of the runs on one number of units. */
    private static final class Times {
        private final List<Double> stageSeconds = new ArrayList<>();
        private final List<Double> driverGapSeconds = new ArrayList<>();
    }

    private final Map<Integer, Times> byUnits = new TreeMap<>();

    /**
     * Adds a run.
     *
     * @param stageSeconds wall time of the reconstruction, in seconds
     * @param driverGapSeconds part of the run's wall time in which no unit's task ran, in seconds
     */
    void add(int units, double stageSeconds, double driverGapSeconds) {
        Times times = byUnits.computeIfAbsent(units, key -> new Times());
        times.stageSeconds.add(stageSeconds);
        times.driverGapSeconds.add(driverGapSeconds);
    }

    /** Returns a row for each number of units, the smallest first; efficiency is relative to the smallest. */
    List<List<Object>> rows(int gridsPerUnit) {
        List<List<Object>> rows = new ArrayList<>();
        double[] smallest = {Double.NaN};
        byUnits.forEach((units, times) -> {
            double[] stage = sorted(times.stageSeconds);
            double[] gap = sorted(times.driverGapSeconds);
            smallest[0] = rows.isEmpty() ? median(stage) : smallest[0];
            rows.add(List.of(
                    units,
                    units * gridsPerUnit,
                    rounded(median(stage)),
                    rounded(stage[0]),
                    rounded(stage[stage.length - 1]),
                    rounded(smallest[0] / median(stage)),
                    rounded(median(gap)),
                    rounded(gap[gap.length - 1])));
        });
        return rows;
    }

    private static double[] sorted(Collection<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
