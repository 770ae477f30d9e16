package io.octospark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.compute.Backend;
import io.octospark.compute.ComputeUnit;
import io.octospark.compute.DeviceSample;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.UnitDescription;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.CardPools;
import io.octospark.compute.xrt.TestDesigns;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.error.ErrorCode;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.StoredRun;
import io.octospark.spark.LocalSpark;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does about units and grids that fail, and what it tells of it. */
class FaultPolicyTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int GRIDS = 12;

    /** The grid that units fail with. */
    private static final int POISONOUS = 5;

    private static SparkSession spark;

    @TempDir
    private static Path designs;

    @TempDir
    private Path folder;

    private ObjectNode config;
    private int gridAttempts = 2;
    private Optional<CpuBackend> fallback = Optional.empty();

    @BeforeAll
    static void startSpark() throws Exception {
        spark = LocalSpark.open();
        TestDesigns.create(designs, 60, 35, 2);
    }

    /** 60 measurements of 35 cells. */
    @BeforeEach
    void experiment() throws IOException {
        config = (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        config.put("replicate", 1);
        ObjectNode fwi = (ObjectNode) config.get("fwi");
        fwi.putObject("ngrid").put("x", 5).put("z", 7);
        fwi.put("nSources", 4).put("nReceivers", 5);
        ((ObjectNode) fwi.get("Freq")).put("nTotal", 3);
        ObjectNode kernel = (ObjectNode) config.get("kernels").get(0);
        kernel.put("path_to_bitstream", designs.resolve("60_35_2CU.xclbin").toString())
                .put("no_instances", 2);
        kernel.remove("functions");
        kernel.remove("batch_size");
        writeGrids();
    }

    private static double[] contrast(int grid) {
        double[] contrast = new double[35];
        for (int cell = 0; cell < contrast.length; cell++) {
            boolean inside = cell % 7 > 1 && cell % 7 < 5;
            contrast[cell] = inside ? 0.05 + 0.01 * grid : 0;
        }
        return contrast;
    }

    private void writeGrids() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int grid = 0; grid < GRIDS; grid++) {
            for (double value : contrast(grid)) {
                lines.add(Double.toString(value));
            }
        }
        config.put("data", Files.write(folder.resolve("grids.txt"), lines).toString());
    }

    @AfterEach
    void closeCards() {
        CardPools.ofProcess().close();
    }

    private String results() {
        return folder.resolve("results").toString();
    }

    private Backend cards(String fault) throws IOException {
        return new XrtBackend(
                true,
                experimentFile().accelerator(),
                Map.of("OCTOSPARK_EMU_CARDS", "1", "OCTOSPARK_EMU_FAULT", fault),
                OperatorForm.DENSE);
    }

    private Experiment experimentFile() throws IOException {
        Path file = folder.resolve("experiment.json");
        Files.writeString(file, config.toString());
        return ExperimentReader.read(file, Optional.empty());
    }

    private ReconstructionJob job(Backend backend, Optional<StoredRun> resumed) throws IOException {
        RunOptions.Builder options = RunOptions.on(backend)
                .results(results())
                .units(2)
                .policy(new RunPolicy(Duration.ofMinutes(5), Long.MAX_VALUE, gridAttempts, Optional.empty(), fallback));
        resumed.ifPresent(options::resume);
        return ReconstructionJob.of(spark, experimentFile(), options.build());
    }

    private RunSummary run(Backend backend) throws IOException {
        return job(backend, Optional.empty()).run(RunProgress.SILENT);
    }

    private List<Row> rows(ResultTable table, String runId, String order) {
        return new ResultStore(spark, results())
                .read(table)
                .where("run_id = '" + runId + "'")
                .orderBy(order)
                .collectAsList();
    }

    private static List<Double> chi(Row grid) {
        return grid.getList(grid.fieldIndex("chi"));
    }

    private List<String> events(String runId) {
        return rows(ResultTable.EVENTS, runId, "at").stream()
                .map(event -> event.<String>getAs("kind"))
                .toList();
    }

    /** The grids in order, each done once, with the bits of an undisturbed run on cards. */
    private void assertAsUndisturbed(String runId) throws IOException {
        CardPools.ofProcess().close();
        String undisturbed = run(cards("")).runId();
        assertThat(rows(ResultTable.GRIDS, runId, "grid_id").stream()
                        .filter(grid -> grid.<String>getAs("status").equals("done")))
                .extracting(grid -> grid.<Long>getAs("grid_id"), FaultPolicyTest::chi)
                .containsExactlyElementsOf(rows(ResultTable.GRIDS, undisturbed, "grid_id").stream()
                        .map(grid -> tuple(grid.<Long>getAs("grid_id"), chi(grid)))
                        .toList());
    }

    @Test
    void aUnitThatFailsKeepsWhatItHasDoneAndAnotherDoesTheRest() throws IOException {
        RunSummary summary = run(cards("error:0:dotprod_1:90"));

        assertThat(summary.grids()).isEqualTo(GRIDS);
        assertThat(summary.failed()).isZero();
        List<Row> units = rows(ResultTable.UNITS, summary.runId(), "partition_id");
        assertThat(units.get(0).<Integer>getAs("attempt")).isZero();
        assertThat(units.get(0).<Integer>getAs("cu")).isEqualTo(1);
        assertThat(units.get(0).<Long>getAs("grids")).isBetween(1L, 5L);
        assertThat(units.subList(2, units.size()))
                .extracting(unit -> unit.<Integer>getAs("cu"))
                .containsOnly(2);
        assertThat(events(summary.runId())).contains("unit_quarantined");
        assertThat(rows(ResultTable.EVENTS, summary.runId(), "at").get(0).<String>getAs("device"))
                .isEqualTo("0000:3b:00.1");
        assertAsUndisturbed(summary.runId());
    }

    @Test
    void coresGoOnOnlyIfTheyAreToAndTheRowsSaySo() throws IOException {
        fallback = Optional.of(new CpuBackend(Precision.FLOAT64, OperatorForm.DENSE));

        // With the same options as elsewhere the emulator would go on counting calls.
        RunSummary summary = run(cards("error:0:*:91"));

        assertThat(summary.grids()).isEqualTo(GRIDS);
        assertThat(rows(ResultTable.GRIDS, summary.runId(), "grid_id"))
                .extracting(grid -> grid.<String>getAs("backend"))
                .hasSize(GRIDS)
                .contains("xrt-emulated", "cpu")
                .containsOnly("xrt-emulated", "cpu");
        assertThat(rows(ResultTable.EVENTS, summary.runId(), "at").stream()
                        .filter(event -> event.<String>getAs("kind").equals("fallback")))
                .singleElement()
                .satisfies(event -> assertThat(event.<String>getAs("message"))
                        .startsWith("further jobs run on cpu: card 0, unit dotprod_")
                        .contains("no unit of ", " is left; it failed with"));
    }

    @Test
    void withoutUnitsTheRunEndsAndIsResumedOnSoundOnes() throws IOException {
        ReconstructionJob broken = job(cards("error:0:*:90"), Optional.empty());
        assertThatThrownBy(() -> broken.run(RunProgress.SILENT))
                .rootCause()
                .isInstanceOfSatisfying(
                        XrtException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNITS_EXHAUSTED));
        String runId = broken.startedRun().orElseThrow();
        assertThat(rows(ResultTable.RUNS, runId, "ended_at").get(1).<String>getAs("status"))
                .isEqualTo("failed");
        int kept = rows(ResultTable.GRIDS, runId, "grid_id").size();
        assertThat(kept).isBetween(1, GRIDS - 1);

        CardPools.ofProcess().close();
        RunSummary resumed = job(cards(""), Optional.of(StoredRun.read(results(), runId, new Configuration())))
                .run(RunProgress.SILENT);

        assertThat(resumed.before()).isEqualTo(kept);
        assertThat(resumed.left()).isZero();
        assertAsUndisturbed(runId);
    }

    @Test
    void aGridThatUnitsFailWithFailsAlone() throws IOException {
        RunSummary summary = run(new FailingAtPoison());

        assertThat(summary.grids()).isEqualTo(GRIDS);
        assertThat(summary.failed()).isEqualTo(1);
        assertThat(rows(ResultTable.GRIDS, summary.runId(), "grid_id"))
                .extracting(grid -> grid.<Long>getAs("grid_id"), grid -> grid.<String>getAs("status"))
                .hasSize(GRIDS)
                .contains(tuple(4L, "done"), tuple(5L, "failed"), tuple(6L, "done"));
        Row failed = rows(ResultTable.GRIDS, summary.runId(), "grid_id").get(POISONOUS);
        assertThat(failed.<String>getAs("error_code")).isEqualTo(ErrorCode.GRID_ATTEMPTS.name());
        assertThat(failed.<String>getAs("error"))
                .isEqualTo("units fail with it, again when it was alone on one: "
                        + new FailingAtPoison().failure().getMessage());
        assertThat(events(summary.runId())).containsExactly("grids_isolated", "grid_blamed");
    }

    /** Cores whose product with the poisonous grid fails as that of a card does. */
    private record FailingAtPoison() implements Backend {
        XrtException failure() {
            return XrtTarget.card("0")
                    .unit("dotprod_1")
                    .failure(ErrorCode.UNIT_FAILED, "wait", "the execution failed", "reset the card");
        }

        @Override
        public String key() {
            return "failing";
        }

        @Override
        public OperatorForm operator() {
            return OperatorForm.DENSE;
        }

        @Override
        public int residualRefresh() {
            return 1;
        }

        @Override
        public boolean isOnCards() {
            return false;
        }

        @Override
        public long operatorBytes(InversionProblem problem, int tasks) {
            return 0;
        }

        @Override
        public ComputeUnit<LinearOperator> open(
                UnitAddress address, List<UnitAddress> others, RowOperator operator, PhaseClock clock) {
            ComplexVector poison = ComplexVector.zeros(operator.rows());
            operator.forward(contrast(POISONOUS), poison);
            return new Unit(new LinearOperator() {
                @Override
                public int rows() {
                    return operator.rows();
                }

                @Override
                public int cells() {
                    return operator.cells();
                }

                @Override
                public void forward(double[] contrast, ComplexVector data) {
                    operator.forward(contrast, data);
                }

                @Override
                public void adjoint(ComplexVector residual, double[] gradient) {
                    // The first residual is the data.
                    if (Arrays.equals(residual.re(), poison.re())) {
                        throw failure();
                    }
                    operator.adjoint(residual, gradient);
                }
            });
        }

        @Override
        public ComputeUnit<LoadableOperator> openSlots(
                UnitAddress address, List<UnitAddress> others, int rows, int cells, PhaseClock clock) {
            throw new AssertionError("the problem is linear");
        }
    }

    private record Unit(LinearOperator product) implements ComputeUnit<LinearOperator> {
        @Override
        public List<LinearOperator> products() {
            return List.of(product);
        }

        @Override
        public UnitDescription description() {
            return new UnitDescription("failing", "none", null, null, null);
        }

        @Override
        public OptionalDouble busyShare() {
            return OptionalDouble.empty();
        }

        @Override
        public List<DeviceSample> takeSamples() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
