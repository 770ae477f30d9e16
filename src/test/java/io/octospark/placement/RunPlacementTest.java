package io.octospark.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.octospark.compute.Backend;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.DesignFiles;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import io.octospark.config.Experiment;
import io.octospark.config.KernelSpec;
import io.octospark.config.KernelSpec.Function;
import io.octospark.error.InvalidInputException;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.placement.RunPlacement.Demand;
import io.octospark.placement.RunPlacement.Hosts;
import io.octospark.xrt.xclbin.XclbinMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs on the two emulated cards of this host, and on cards of others. */
class RunPlacementTest {
    private static final InversionProblem PROBLEM = Cases.problem(30, 15);
    private static final Backend CPU = new CpuBackend(Precision.FLOAT64, OperatorForm.DENSE);
    private static final XrtBackend EMULATED = emulated(2);
    private static final XrtBackend REAL = XrtBackend.ofHost(AcceleratorSettings.DEFAULT);
    private static final Hosts THIS_HOST = new Hosts(4, true);
    private static final Hosts OTHER_HOSTS = new Hosts(4, false);

    @TempDir
    private Path folder;

    private static XrtBackend emulated(int cards) {
        return new XrtBackend(
                true, AcceleratorSettings.DEFAULT, Map.of("OCTOSPARK_EMU_CARDS", Integer.toString(cards)));
    }

    @AfterEach
    void forgetCards() {
        Cases.forgetEmulatedCards();
    }

    private String file(String name, int units) throws IOException {
        return DesignFiles.write(folder.resolve(name), XclbinMode.SW_EMU, 40, 20, units)
                .toString();
    }

    private static KernelSpec kernel(String bitstream, int instances, long batchValues, String device) {
        return new KernelSpec(bitstream, instances, batchValues, List.of(), null, device, 0, 0, null, PROBLEM);
    }

    private static Demand grids(long grids) {
        return new Demand(grids, false, Optional.empty(), 1);
    }

    private static Demand onUnits(int units) {
        return new Demand(10, false, Optional.of(units), 1);
    }

    private static Experiment experiment(KernelSpec... kernels) {
        return Cases.experiment(PROBLEM, kernels);
    }

    /** Number, first grid, number of grids and place of each unit. */
    private List<String> placed(Experiment experiment, Backend backend, Demand demand, Hosts hosts) {
        return RunPlacement.place(experiment, backend, demand, hosts).stream()
                .map(unit -> "%d: %d+%d".formatted(unit.id(), unit.firstGrid(), unit.grids())
                        + (unit.address() == null ? "" : shown(unit.address(), unit.cu())))
                .toList();
    }

    private String shown(UnitAddress address, int cu) {
        assertThat(address.cu()).isEqualTo(cu);
        return " on %s, %s %d".formatted(address.card(), address.bitstream().replace(folder + "/", ""), cu);
    }

    private void assertRefused(Experiment experiment, Backend backend, Demand demand, Hosts hosts, String... problems) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> RunPlacement.place(experiment, backend, demand, hosts))
                .satisfies(e -> assertThat(e.messages()).containsExactly(problems));
    }

    // CPU cores

    @Test
    void cpuUnitsAreCoresWithoutAnAddress() throws IOException {
        assertThat(placed(experiment(), CPU, grids(10), THIS_HOST))
                .containsExactly("1: 0+3", "2: 3+3", "3: 6+2", "4: 8+2");
        assertThat(placed(experiment(), CPU, grids(2), OTHER_HOSTS)).containsExactly("1: 0+1", "2: 1+1");
        assertThat(placed(experiment(), CPU, onUnits(3), THIS_HOST)).containsExactly("1: 0+4", "2: 4+3", "3: 7+3");
        assertThat(placed(experiment(kernel("none.xclbin", 2, 75, "7")), CPU, grids(10), THIS_HOST))
                .containsExactly("1: 0+5", "2: 5+5");
    }

    // Kernels

    @Test
    void kernelsAreSplitByBatchOverTheirCards() throws IOException {
        Experiment experiment = experiment(
                kernel(file("a.xclbin", 2), 2, 45, null), kernel(file("b.xclbin", 1), 1, 60, "0000:3b:00.1"));

        assertThat(placed(experiment, EMULATED, grids(10), THIS_HOST))
                .containsExactly(
                        "1: 0+3 on 1, a.xclbin 1", "2: 3+3 on 1, a.xclbin 2", "3: 6+4 on 0000:3b:00.1, b.xclbin 1");
        assertThat(placed(experiment, EMULATED, new Demand(8, true, Optional.empty(), 1), THIS_HOST))
                .as("evenly")
                .containsExactly(
                        "1: 0+3 on 1, a.xclbin 1", "2: 3+3 on 1, a.xclbin 2", "3: 6+2 on 0000:3b:00.1, b.xclbin 1");
        assertRefused(
                experiment,
                EMULATED,
                grids(11),
                THIS_HOST,
                "kernels: batch_size gives the 3 units 3 + 3 + 4 = 10 grids, the data set with its replicates has 11;"
                        + " change batch_size, no_instances or replicate, or split evenly with --grids");
    }

    @Test
    void aKernelKeepsItsOwnProblem() throws IOException {
        InversionProblem own = Cases.problem(20, 15);
        KernelSpec kernel = new KernelSpec(file("a.xclbin", 1), 1, 0, List.of(), null, null, 0, 0, null, own);

        assertThat(RunPlacement.place(experiment(kernel), EMULATED, grids(1), THIS_HOST))
                .extracting(UnitAssignment::problem)
                .containsExactly(own);
    }

    @Test
    void theNumberOfAUnitIsThatInTheBitstream() throws IOException {
        List<List<Function>> second = List.of(List.of(
                new Function("dotprod_2", Collections.nCopies(3, "DDR0")),
                new Function("update_2", Collections.nCopies(3, "bank1"))));
        String bitstream = file("a.xclbin", 2);
        KernelSpec kernel = new KernelSpec(bitstream, 1, 0, second, null, null, 40, 20, null, PROBLEM);

        assertThat(placed(experiment(kernel, kernel(bitstream, 1, 0, null)), EMULATED, grids(4), THIS_HOST))
                .containsExactly("1: 0+2 on 0, a.xclbin 2", "2: 2+2 on 0, a.xclbin 1");
    }

    @Test
    void twoNamesOfACardAreOneCard() throws IOException {
        String first = file("a.xclbin", 1);
        String second = file("b.xclbin", 1);

        assertRefused(
                experiment(kernel(first, 1, 0, "0"), kernel(second, 1, 0, "3b:00.1")),
                EMULATED,
                grids(2),
                THIS_HOST,
                "kernels[1].device = 3b:00.1: another kernel has put " + first
                        + " on that card, or takes the same units; give each a card of its own");
        assertThat(placed(
                        experiment(kernel(first, 1, 0, "3b:00.1"), kernel(second, 1, 0, null)),
                        EMULATED,
                        grids(2),
                        THIS_HOST))
                .containsExactly("1: 0+1 on 3b:00.1, a.xclbin 1", "2: 1+1 on 1, b.xclbin 1");
    }

    // Equal units

    @Test
    void equalUnitsFillCardAfterCard() throws IOException {
        Experiment experiment =
                experiment(kernel(file("a.xclbin", 2), 2, 45, null), kernel("none.xclbin", 1, 15, null));

        assertThat(placed(experiment, EMULATED, onUnits(3), THIS_HOST))
                .containsExactly("1: 0+4 on 0, a.xclbin 1", "2: 4+3 on 0, a.xclbin 2", "3: 7+3 on 1, a.xclbin 1");
    }

    @Test
    void moreUnitsThanTheCardsHaveAreRefused() throws IOException {
        String bitstream = file("a.xclbin", 2);

        assertRefused(
                experiment(kernel(bitstream, 2, 0, null)),
                EMULATED,
                onUnits(5),
                THIS_HOST,
                "--units = 5: " + bitstream
                        + " has 2 compute unit(s); with 2 card(s) on this host that makes 4; ask for"
                        + " fewer, or set OCTOSPARK_EMU_CARDS to emulate more cards");
        assertRefused(
                experiment(kernel(bitstream, 2, 0, null)),
                REAL,
                onUnits(3),
                THIS_HOST,
                "--units = 3: " + bitstream
                        + " has 2 compute unit(s); with 1 card(s) on this host that makes 2; ask for" + " fewer");
    }

    @Test
    void otherHostsMayHaveMoreCards() throws IOException {
        assertThat(placed(experiment(kernel("/a.xclbin", 1, 0, null)), REAL, onUnits(2), OTHER_HOSTS))
                .containsExactly("1: 0+5 on 0, /a.xclbin 1", "2: 5+5 on 1, /a.xclbin 1");
    }

    // Without kernels

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    30   | 15  | bitstreams/1000_100_1CU/1000_100_1cu.xclbin    | 2
                    1001 | 100 | bitstreams/2500_100_1CU/2500_100_1cu.xclbin    | 2
                    8000 | 100 | bitstreams/8000_100_1CU/8000_100_1cu.xclbin    | 2
                    8001 | 100 | bitstreams/5000_100_1CU/5000_100_1cu.xclbin    | 2
                    500  | 250 | bitstreams/u280_xclbin/500_250_HBM/FullW.xclbin | 4
                    500  | 500 | bitstreams/u280_xclbin/500_500_HBM/FullW.xclbin | 2
                    1000 | 200 | bitstreams/1000_200_1CU/1k_200.xclbin          | 2
                    """)
    void withoutKernelsTheCatalogueHasADesignForAllCards(int rows, int cells, String bitstream, int units) {
        List<UnitAssignment> assignments =
                RunPlacement.place(Cases.experiment(Cases.problem(rows, cells)), EMULATED, grids(8), THIS_HOST);

        assertThat(assignments)
                .hasSize(units)
                .allSatisfy(unit -> assertThat(unit.grids()).isEqualTo(8 / units))
                .allSatisfy(unit -> assertThat(unit.address().bitstream()).isEqualTo(bitstream));
        assertThat(assignments.get(units - 1).address().card()).isEqualTo("1");
    }

    @Test
    void noMoreUnitsAreTakenThanThereAreGrids() {
        assertThat(placed(experiment(), EMULATED, grids(1), THIS_HOST))
                .containsExactly("1: 0+1 on 0, bitstreams/1000_100_1CU/1000_100_1cu.xclbin 1");
    }

    @Test
    void withoutKernelsAndBuiltDesignsACardHasNothingToLoad() {
        assertRefused(
                experiment(),
                REAL,
                grids(1),
                THIS_HOST,
                "kernels: none are given, and of the catalogue conf/designs.json no bitstream is in the working folder;"
                        + " name one in kernels, or build one as bitstreams/README.md says");
    }

    // What is missing

    @Test
    void allThatIsMissingIsReportedAtOnce() throws IOException {
        String emulation = file("a.xclbin", 1);

        assertRefused(
                experiment(
                        kernel("/none.xclbin", 2, 0, "0000:65:00.1"),
                        kernel(emulation, 1, 0, null),
                        kernel("/nowhere.xclbin", 1, 0, "1")),
                REAL,
                grids(4),
                THIS_HOST,
                "--backend xrt: load: XILINX_XRT is not set on host " + host()
                        + "; install the Xilinx Runtime on this host (Debian: apt-get install libxrt1) and set XILINX_XRT"
                        + " to its folder",
                "kernels[].device = 0000:65:00.1: this host has no such card; name one of its cards, by index, place on"
                        + " the bus or name: none",
                "/none.xclbin: there is no such file; correct the path of the xclbin",
                emulation + ": was built for sw_emu, XRT runs hw here (XCL_EMULATION_MODE is not set); name a file for"
                        + " that",
                "/nowhere.xclbin: there is no such file; correct the path of the xclbin");
    }

    private static String host() throws UnknownHostException {
        return InetAddress.getLocalHost().getHostName();
    }

    @Test
    void kernelsOnEmulatedCardsAreCompared() throws IOException {
        String bitstream = file("a.xclbin", 1);
        KernelSpec sized = new KernelSpec(bitstream, 1, 0, List.of(), null, "2", 41, 20, null, PROBLEM);

        assertRefused(
                experiment(sized, kernel(bitstream, 2, 0, "0")),
                EMULATED,
                grids(3),
                THIS_HOST,
                "kernels[].device = 2: this host has no such card; name one of its cards, by index, place on the bus or"
                        + " name: 0 (0000:3b:00.1), 1 (0000:3c:00.1)",
                bitstream + ": kernels[].rows and cols say 41 rows x 20 cols, the file was built for 40 rows x 20 cols;"
                        + " correct or remove them",
                bitstream + ": has no compute unit \"dotprod_2\"; name one of its units: dotprod_1, update_1");
    }

    @Test
    void aMatrixMustFitTheCardsMemory() throws IOException {
        // 25,000 x 34,400 cells on tiles of 40 x 20: 8 bytes for each of 860 million entries, on a bank of 16 GiB.
        InversionProblem fitting = Cases.problem(25_000, 34_400);
        KernelSpec kernel = new KernelSpec(file("a.xclbin", 1), 1, 0, List.of(), null, null, 0, 0, null, fitting);
        assertThat(placed(Cases.experiment(fitting, kernel), EMULATED, grids(1), THIS_HOST))
                .containsExactly("1: 0+1 on 0, a.xclbin 1");

        // 100,000 x 34,400: 27.5 GB.
        InversionProblem large = Cases.problem(100_000, 34_400);
        KernelSpec tooLarge = new KernelSpec(file("b.xclbin", 1), 1, 0, List.of(), null, null, 0, 0, null, large);
        assertRefused(
                Cases.experiment(large, tooLarge),
                EMULATED,
                grids(1),
                THIS_HOST,
                "fwi: matrices and vectors need 26246 MiB in bank DDR[0] of card 0, which has 16384 MiB; use fewer"
                        + " measurements or cells, or a design with more banks",
                "fwi: matrices and vectors need 26248 MiB in bank DDR[1] of card 0, which has 16384 MiB; use fewer"
                        + " measurements or cells, or a design with more banks");
    }

    @Test
    void onOtherHostsNothingIsLookedAt() {
        assertThat(placed(
                        experiment(kernel("/none.xclbin", 1, 0, "65:00.1"), kernel("/nowhere.xclbin", 1, 0, null)),
                        REAL,
                        grids(3),
                        OTHER_HOSTS))
                .containsExactly("1: 0+2 on 65:00.1, /none.xclbin 1", "2: 2+1 on 0, /nowhere.xclbin 1");
    }
}
