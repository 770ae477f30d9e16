package io.octospark.cli.bench;

import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.data.ModelGenerator;
import io.octospark.model.DataKind;
import io.octospark.model.Precision;
import io.octospark.spark.ParquetGrids;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;

/** The measurement of runs on CPU cores from one Parquet data set to the result tables. */
final class ThroughputBench {
    /** Columns of the rows that {@link #rows} returns. */
    static final List<String> COLUMNS = List.of("grids", "cores", "wall_seconds", "grids_per_second", "peak_heap_mib");

    private static final long WARM_UP_GRIDS = 20_000;
    private static final long MIB = 1 << 20;

    private final Experiment experiment;
    private final CpuBackend backend;
    private final long mostGrids;
    private boolean hasData;

    /**
     * Makes a benchmark.
     *
     * @param experiment experiment whose data set the benchmark makes
     * @param mostGrids grids of the data set
     */
    ThroughputBench(Experiment experiment, OperatorForm operator, long mostGrids) {
        this.experiment = experiment;
        this.mostGrids = mostGrids;
        backend = new CpuBackend(Precision.FLOAT64, operator);
    }

    /** Measures runs with these numbers of grids, after a warm-up run. The first call makes the data set. */
    List<List<Object>> rows(BenchRunner runner, int cores, List<Long> sizes) throws IOException {
        if (!hasData) {
            ModelGenerator models = BenchExperiments.models(experiment);
            ParquetGrids.write(runner.spark(), experiment.data(), DataKind.CONTRAST, mostGrids, models::contrast);
            hasData = true;
        }
        seconds(runner, cores, Math.min(WARM_UP_GRIDS, mostGrids));
        List<List<Object>> rows = new ArrayList<>();
        for (long grids : sizes) {
            rows.add(row(runner, cores, grids));
        }
        return rows;
    }

    private List<Object> row(BenchRunner runner, int cores, long grids) {
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        heap.forEach(MemoryPoolMXBean::resetPeakUsage);
        double seconds = seconds(runner, cores, grids);
        long peak =
                heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        return List.of(grids, cores, Math.round(seconds * 1e3) / 1e3, Math.round(grids / seconds), peak / MIB);
    }

    private double seconds(BenchRunner runner, int cores, long grids) {
        return runner.run(experiment, backend, grids, (int) Math.min(cores, grids))
                .wallSeconds();
    }
}
