package io.octospark.run;

import io.octospark.compute.Phase;
import io.octospark.spark.UnitReport;
import java.util.List;

/**
 * How a run went, over all repeats, since it was started or resumed.
 *
 * @param runId its name in the result tables
 * @param results the results folder
 * @param expected grids of the whole run
 * @param before grids that were done before it was resumed
 * @param work what its units did
 * @param wallSeconds time from start to end
 */
public record RunSummary(String runId, String results, long expected, long before, Work work, double wallSeconds) {
    /**
     * What all units together did.
     *
     * @param units compute units
     * @param grids grids computed
     * @param failed grids that failed
     * @param converged grids that met the stop rule
     * @param iterations passes of all grids
     * @param seconds what they took
     */
    public record Work(int units, long grids, long failed, long converged, long iterations, Seconds seconds) {
        static Work of(int units, List<UnitReport> reports) {
            return new Work(
                    units,
                    reports.stream().mapToLong(report -> report.unit().grids()).sum(),
                    reports.stream().mapToLong(UnitReport::failed).sum(),
                    reports.stream().mapToLong(UnitReport::converged).sum(),
                    reports.stream().mapToLong(UnitReport::iterations).sum(),
                    Seconds.of(reports));
        }
    }

    /**
     * Time of all units.
     *
     * @param dot in forward products
     * @param upd in update directions
     * @param host in the arithmetic around them
     * @param total of all tasks
     */
    public record Seconds(double dot, double upd, double host, double total) {
        static Seconds of(List<UnitReport> reports) {
            return new Seconds(
                    seconds(reports, Phase.DOTPROD),
                    seconds(reports, Phase.UPDATE),
                    seconds(reports, Phase.HOST_MATH),
                    reports.stream()
                            .mapToDouble(report -> report.unit().task().timeSeconds())
                            .sum());
        }

        private static double seconds(List<UnitReport> reports, Phase phase) {
            return reports.stream()
                    .mapToDouble(report -> report.unit().timing(phase).totalSeconds())
                    .sum();
        }
    }

    /** Compute units. */
    public int units() {
        return work.units();
    }

    /** Grids computed. */
    public long grids() {
        return work.grids();
    }

    /** Grids that failed. */
    public long failed() {
        return work.failed();
    }

    /** Grids that are not done. */
    public long left() {
        return expected - before - grids() + failed();
    }
}
