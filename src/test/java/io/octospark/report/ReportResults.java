package io.octospark.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseTiming;
import io.octospark.compute.UnitDescription;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.data.NpyWriter;
import io.octospark.error.ErrorCode;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.results.BuildInfo;
import io.octospark.results.GridRecord;
import io.octospark.results.ModelComparison;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.RunRecord;
import io.octospark.results.UnitPlace;
import io.octospark.results.UnitRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Results as runs on four units write them, made up: {@link #FIRST} on emulated cards whose power was measured, {@link #SECOND}
 * on cores, with two failed grids, a task tried twice, and names that no page may take for HTML.
 */
final class ReportResults {
    static final String FIRST = "20260102-030405-000001";
    static final String SECOND = "20260103-030405-000002";
    static final String HOSTILE = "</script><img src=x onerror=alert(1)>";
    static final int UNITS = 4;
    static final int PASSES = 12;

    private static final Grid GRID = Grid.of(10, 10, new Position(-300, 0), new Position(300, 300));
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final ResultStore store;
    private final int grids;
    private final List<double[]> models;
    private final String json;

    private ReportResults(ResultStore store, int grids, List<double[]> models, String json) {
        this.store = store;
        this.grids = grids;
        this.models = models;
        this.json = json;
    }

    /**
     * Writes two runs.
     *
     * @param folder for the tables, {@code results}, and the data set, {@code models.npy}
     * @param grids of each run, a multiple of the units
     */
    static ResultStore write(SparkSession spark, Path folder, int grids) throws IOException {
        ResultStore store = new ResultStore(spark, folder.resolve("results").toString());
        ModelGenerator generator = new ModelGenerator(ModelKind.SMOOTH, GRID, 2000, 0.2, 1);
        List<double[]> models =
                IntStream.range(0, grids).mapToObj(generator::contrast).toList();
        Path data = folder.resolve("models.npy");
        try (NpyWriter writer =
                new NpyWriter(new org.apache.hadoop.fs.Path(data.toString()), GRID, grids, new Configuration())) {
            for (double[] model : models) {
                writer.write(model);
            }
        }
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode config =
                (ObjectNode) mapper.readTree(Path.of("conf/notebook.json").toFile());
        config.remove("kernels");
        String json = config.put("data", data.toString()).put("replicate", 1).toString();
        ReportResults results = new ReportResults(store, grids, models, json);
        results.run(FIRST, "smooth", "xrt-emulated", 1.0, 0);
        results.run(SECOND, HOSTILE, "cpu", 1.5, 2);
        return store;
    }

    private void run(String runId, String experiment, String backend, double slowness, int failures) {
        boolean cards = !backend.equals("cpu");
        Instant start = cards ? START : START.plusSeconds(86_400);
        RunRecord record = new RunRecord(
                new RunRecord.Identity(experiment, json, "dense", "sha256:0", "sha256:0", "{}"),
                new RunRecord.Environment("local[4]", backend, UNITS, "4.2.0", new BuildInfo("0.1.0", "0123456789ab")),
                start,
                grids,
                0,
                Optional.empty());
        RunRecord.Status status = failures == 0 ? RunRecord.Status.COMPLETE : RunRecord.Status.PARTIAL;
        store.append(ResultTable.RUNS, runId, List.of(record.toRow()));
        store.append(
                ResultTable.RUNS,
                runId,
                List.of(record.ended(
                                new RunRecord.End(
                                        status, start.plusMillis((long) (30_000 * slowness)), 30 * slowness, 1),
                                grids - failures)
                        .toRow()));
        List<Row> rows = new ArrayList<>();
        for (int id = 0; id < grids; id++) {
            rows.add(grid(id, id < failures, slowness).toRow());
        }
        store.append(ResultTable.GRIDS, runId, rows);
        List<UnitRecord> units = IntStream.range(0, UNITS)
                .mapToObj(unit -> unit(unit, start, slowness, backend))
                .toList();
        store.append(
                ResultTable.UNITS, runId, units.stream().map(UnitRecord::toRow).toList());
        store.append(
                ResultTable.TIMINGS,
                runId,
                units.stream().flatMap(unit -> unit.timingRows().stream()).toList());
        if (cards) {
            store.append(
                    ResultTable.DEVICE_SAMPLES,
                    runId,
                    IntStream.range(0, 2)
                            .mapToObj(card -> units.get(card).sampleRows(samples(card, start)))
                            .flatMap(List::stream)
                            .toList());
        }
    }

    private GridRecord grid(int id, boolean failed, double slowness) {
        int partition = id * UNITS / grids;
        GridRecord.Context context = new GridRecord.Context(
                new UnitPlace(0, partition, partition + 1, partition + 1), "cpu", DataKind.CONTRAST, true);
        if (failed) {
            Reconstruction broken = Reconstruction.failed(ErrorCode.INTERNAL, "grid " + id + ": " + HOSTILE);
            return new GridRecord(id, context, broken, ModelComparison.NONE, 0.001);
        }
        double[] model = models.get(id);
        SplittableRandom random = new SplittableRandom(id);
        double error = random.nextDouble(0.02, 0.6);
        double[] chi = Arrays.stream(model).map(value -> (1 - error) * value).toArray();
        double rate = random.nextDouble(0.3, 0.8);
        double[] history = new double[PASSES - id % 5];
        Arrays.setAll(history, pass -> 0.8 * Math.pow(rate, pass));
        Reconstruction found =
                new Reconstruction(chi, history, history[history.length - 1], StopReason.TOLERANCE, Optional.empty());
        return new GridRecord(
                id,
                context,
                found,
                new ModelComparison(found.modelError(model), Optional.empty()),
                slowness * random.nextDouble(0.05, 0.1));
    }

    private UnitRecord unit(int unit, Instant start, double slowness, String backend) {
        boolean cards = !backend.equals("cpu");
        double seconds = slowness * (20 - 2 * unit);
        long nanos = (long) (seconds * 1e9);
        List<PhaseTiming> timings = new ArrayList<>(List.of(
                new PhaseTiming(Phase.ALLOC, 1, nanos / 20, nanos / 20, nanos / 20, 0),
                new PhaseTiming(Phase.DOTPROD, 3000, nanos / 2, 1000, 2_000_000, 0),
                new PhaseTiming(Phase.HOST_MATH, 3000, nanos / 4, 1000, 2_000_000, 0)));
        if (cards) {
            timings.add(new PhaseTiming(Phase.UPLOAD, 3000, nanos / 10, 1000, 2_000_000, 3_000_000));
        }
        UnitDescription description = new UnitDescription(
                backend, cards ? "card" + unit : "cpu", cards ? "design.xclbin" : null, null, cards ? 1 : null);
        return new UnitRecord(
                new UnitPlace(0, unit, unit + 1, 1),
                new UnitRecord.TaskAttempt("host", "driver", cards || unit > 0 ? 0 : 1, start.plusSeconds(3), seconds),
                description,
                grids / UNITS,
                cards ? 0.5 : Double.NaN,
                timings);
    }

    private static List<DeviceSample> samples(int card, Instant start) {
        return IntStream.range(0, 40)
                .mapToObj(i -> new DeviceSample(
                        "card" + card,
                        start.plusMillis(3000 + 500L * i),
                        50 + 10 * Math.sin(i / 5.0) + card,
                        60.0,
                        i == 0 ? 0 : 25,
                        "xmc"))
                .toList();
    }
}
