package io.octospark.run;

import io.octospark.compute.Phase;
import io.octospark.spark.UnitReport;
import java.util.List;

/**
 * How a run went, over all repeats, since it was started or resumed.
 *
 * @param runId its name in the result tables
 * @param results the results folder
 * @param units compute units
 * @param expected grids of the whole run
 * @param before grids that were done before it was resumed
 * @param grids grids computed
 * @param failed grids that failed
 * @param converged grids that met the stop rule
 * @param iterations passes of all grids
 * @param dotSeconds time in forward products, all units
 * @param updSeconds time in update directions, all units
 * @param hostSeconds time in the arithmetic around them, all units
 * @param unitSeconds time of all tasks
 * @param wallSeconds time from start to end
 */
public record RunSummary(
        String runId,
        String results,
        int units,
        long expected,
        long before,
        long grids,
        long failed,
        long converged,
        long iterations,
        double dotSeconds,
        double updSeconds,
        double hostSeconds,
        double unitSeconds,
        double wallSeconds) {

    /** Grids that are not done. */
    public long left() {
        return expected - before - grids + failed;
    }

    static RunSummary of(
            String runId,
            String results,
            int units,
            long expected,
            long before,
            double wallSeconds,
            List<UnitReport> reports) {
        return new RunSummary(
                runId,
                results,
                units,
                expected,
                before,
                reports.stream().mapToLong(report -> report.unit().grids()).sum(),
                reports.stream().mapToLong(UnitReport::failed).sum(),
                reports.stream().mapToLong(UnitReport::converged).sum(),
                reports.stream().mapToLong(UnitReport::iterations).sum(),
                seconds(reports, Phase.DOTPROD),
                seconds(reports, Phase.UPDATE),
                seconds(reports, Phase.HOST_MATH),
                reports.stream()
                        .mapToDouble(report -> report.unit().task().timeSeconds())
                        .sum(),
                wallSeconds);
    }

    private static double seconds(List<UnitReport> reports, Phase phase) {
        return reports.stream()
                .mapToDouble(report -> report.unit().timing(phase).totalSeconds())
                .sum();
    }
}
