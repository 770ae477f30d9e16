package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.octospark.compute.UnitAddress;
import io.octospark.config.KernelSpec.Function;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.XrtArgument;
import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.KernelArgument;
import io.octospark.xrt.xclbin.KernelInstance;
import io.octospark.xrt.xclbin.MemoryBank;
import io.octospark.xrt.xclbin.OctoRayDesign;
import io.octospark.xrt.xclbin.OctoRayDesign.UnitBanks;
import io.octospark.xrt.xclbin.Xclbin;
import io.octospark.xrt.xclbin.XclbinDesign;
import io.octospark.xrt.xclbin.XclbinMode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitDesignTest {
    private static final DesignSize SIZE = new DesignSize(500, 100);
    private static final List<String> DDR0 = Collections.nCopies(3, "DDR0");
    private static final List<String> DDR1 = Collections.nCopies(3, "DDR1");

    /** One unit; the lists of banks are in the order of an experiment's. */
    private static XclbinDesign design(List<String> dotprod, List<String> update) {
        return new OctoRayDesign(SIZE, XclbinMode.HW, "platform", List.of(new UnitBanks(dotprod, update))).toDesign();
    }

    private static Xclbin xclbin(XclbinDesign design) {
        return new Xclbin("a.xclbin", new UUID(1, 2), "2.13.0", 0, design, List.of());
    }

    private static XclbinDesign withoutSize(XclbinDesign design) {
        return new XclbinDesign(
                design.mode(), design.platform(), design.clocks(), design.banks(), design.units(), Optional.empty());
    }

    private static XclbinDesign withDotprod(XclbinDesign design, UnaryOperator<List<KernelArgument>> change) {
        KernelInstance dotprod = design.units().get(0);
        KernelInstance changed = new KernelInstance(
                dotprod.kernel(),
                dotprod.name(),
                dotprod.baseAddress(),
                dotprod.control(),
                change.apply(dotprod.arguments()));
        return new XclbinDesign(
                design.mode(),
                design.platform(),
                design.clocks(),
                design.banks(),
                List.of(changed, design.units().get(1)),
                design.size());
    }

    private static UnitAddress address(DesignSize size, List<String> dotprod, List<String> update) {
        return new UnitAddress(
                null,
                "0",
                "a.xclbin",
                size,
                new Function("dotprod_1", dotprod),
                new Function("update_1", update),
                null);
    }

    private static UnitDesign of(XclbinDesign design, List<String> dotprod, List<String> update) {
        return UnitDesign.of(xclbin(design), address(null, dotprod, update), Optional.empty());
    }

    private static void assertRefused(Runnable check, String... problems) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(check::run)
                .satisfies(e -> assertThat(e.messages()).containsExactly(problems));
    }

    // Banks

    @ParameterizedTest
    @ValueSource(strings = {"DDR0", "DDR[0]", "ddr0", " ddr[0] ", "bank0", "Bank[0]"})
    void banksOfDdrAreKnownByAllTheirNames(String name) {
        UnitDesign unit = of(design(DDR0, DDR1), Collections.nCopies(3, name), DDR1);

        assertThat(unit.size()).isEqualTo(SIZE);
        assertThat(unit.dotprod().name()).isEqualTo("dotprod_1");
        assertThat(unit.update().name()).isEqualTo("update_1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HBM3", "HBM[3]", "hbm3", "hbm[3]"})
    void banksOfHbmAreKnownByAllTheirNames(String name) {
        assertThat(of(design(List.of("HBM1", "HBM2", "HBM3"), DDR1), List.of("HBM1", "HBM[2]", name), DDR1)
                        .size())
                .isEqualTo(SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bank0", "DDR0", "DDR[0]"})
    void oldPlatformsCallDdrBank(String name) {
        XclbinDesign design = design(DDR0, DDR0);
        MemoryBank ddr0 = design.banks().get(32);
        MemoryBank bank0 = new MemoryBank(0, "bank0", MemoryBank.Type.DDR4, ddr0.sizeBytes(), ddr0.baseAddress(), true);
        List<KernelInstance> units = design.units().stream()
                .map(unit -> new KernelInstance(
                        unit.kernel(),
                        unit.name(),
                        unit.baseAddress(),
                        unit.control(),
                        unit.arguments().stream()
                                .map(argument -> new KernelArgument(
                                        argument.id(),
                                        argument.name(),
                                        argument.kind(),
                                        argument.type(),
                                        argument.sizeBytes(),
                                        List.of(bank0)))
                                .toList()))
                .toList();
        XclbinDesign old = new XclbinDesign(
                design.mode(), design.platform(), design.clocks(), List.of(bank0), units, design.size());

        assertThat(of(old, Collections.nCopies(3, name), Collections.nCopies(3, name))
                        .size())
                .isEqualTo(SIZE);
    }

    @Test
    void withoutBanksTheBitstreamDecides() {
        assertThat(of(design(List.of("HBM1", "HBM2", "HBM3"), DDR1), List.of(), List.of())
                        .size())
                .isEqualTo(SIZE);
    }

    /** The list is matrix, residual, out, the call is residual, matrix, out. */
    @Test
    void theListsOfUpdateAreNotInTheOrderOfTheCall() {
        List<String> update = List.of("HBM4", "HBM5", "HBM6");

        UnitDesign unit = of(design(DDR0, update), DDR0, update);

        assertThat(unit.update().arguments())
                .extracting(argument ->
                        argument.name() + " " + argument.bank().orElseThrow().tag())
                .containsExactly("residual HBM[5]", "matrix HBM[4]", "out HBM[6]");
        assertRefused(
                () -> of(design(DDR0, update), DDR0, List.of("HBM5", "HBM4", "HBM6")),
                "functions: update_1: bank 1 is HBM5, but a.xclbin connects matrix to [HBM[4]]; correct it, or leave"
                        + " functions out to take the bitstream's",
                "functions: update_1: bank 2 is HBM4, but a.xclbin connects residual to [HBM[5]]; correct it, or leave"
                        + " functions out to take the bitstream's");
    }

    @Test
    void allWrongBanksAreReported() {
        String names = "; name one of its banks: HBM[0], HBM[1], ";
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(
                        () -> of(design(DDR0, DDR1), List.of("DDR0", "DDR7", "HBM2"), List.of("DDR0", "DDR1", "MRAM0")))
                .satisfies(e -> {
                    assertThat(e.messages()).hasSize(4);
                    assertThat(e.messages().get(0))
                            .startsWith("a.xclbin: has no memory bank \"DDR7\"" + names)
                            .endsWith(", HBM[31], DDR[0], DDR[1]");
                    assertThat(e.messages().get(1))
                            .isEqualTo("functions: dotprod_1: bank 3 is HBM2, but a.xclbin connects out to [DDR[0]];"
                                    + " correct it, or leave functions out to take the bitstream's");
                    assertThat(e.messages().get(2))
                            .isEqualTo("functions: update_1: bank 1 is DDR0, but a.xclbin connects matrix to [DDR[1]];"
                                    + " correct it, or leave functions out to take the bitstream's");
                    assertThat(e.messages().get(3)).startsWith("a.xclbin: has no memory bank \"MRAM0\"" + names);
                });
    }

    // Kernels

    @Test
    void otherArgumentsAreRefused() {
        assertRefused(
                () -> of(withDotprod(design(DDR0, DDR1), arguments -> arguments.subList(0, 2)), DDR0, DDR1),
                "a.xclbin: dotprod_1 must have 3 buffers as arguments, it has [matrix, vector]; name a bitstream with"
                        + " OctoRay's kernels");
        KernelArgument count =
                new KernelArgument(2, "count", KernelArgument.Kind.SCALAR, "int", Integer.BYTES, List.of());
        assertRefused(
                () -> of(
                        withDotprod(
                                design(DDR0, DDR1), arguments -> List.of(arguments.get(0), arguments.get(1), count)),
                        DDR0,
                        DDR1),
                "a.xclbin: dotprod_1 must have 3 buffers as arguments, it has [matrix, vector, count]; name a bitstream"
                        + " with OctoRay's kernels");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> of(
                        withDotprod(
                                design(DDR0, DDR1), arguments -> List.of(arguments.get(0), arguments.get(1), count)),
                        DDR0,
                        DDR1))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BITSTREAM_KERNELS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void argumentsWithoutMemoryAreRefused(boolean banksGiven) {
        List<String> given = banksGiven ? DDR0 : List.of();
        UnaryOperator<List<KernelArgument>> disconnect = arguments -> {
            KernelArgument matrix = arguments.get(0);
            return List.of(
                    new KernelArgument(0, matrix.name(), matrix.kind(), matrix.type(), Long.BYTES, List.of()),
                    arguments.get(1),
                    arguments.get(2));
        };
        assertRefused(
                () -> of(withDotprod(design(DDR0, DDR1), disconnect), given, List.of()),
                "a.xclbin: dotprod_1 connects [matrix] to no memory bank; name a bitstream with OctoRay's kernels");
    }

    @Test
    void unitsThatAreNotThereAreRefused() {
        UnitAddress second = new UnitAddress(
                null,
                "0",
                "a.xclbin",
                null,
                new Function("dotprod_2", List.of()),
                new Function("update_1", List.of()),
                null);

        assertRefused(
                () -> UnitDesign.of(xclbin(design(DDR0, DDR1)), second, Optional.empty()),
                "a.xclbin: has no compute unit \"dotprod_2\"; name one of its units: dotprod_1, update_1");
    }

    @Test
    void buffersHaveTheSizeOfTheDesign() {
        UnitDesign unit = of(design(DDR0, DDR1), DDR0, DDR1);

        assertThat(unit.dotprodArguments())
                .containsExactly(
                        new XrtArgument("matrix", 500 * 100 * 8),
                        new XrtArgument("vector", 100 * 4),
                        new XrtArgument("out", 500 * 8));
        assertThat(unit.updateArguments())
                .containsExactly(
                        new XrtArgument("residual", 500 * 8),
                        new XrtArgument("matrix", 500 * 100 * 8),
                        new XrtArgument("out", 100 * 8));
    }

    // Size

    private static DesignSize sizeOf(XclbinDesign design, DesignSize given, DesignSize catalogued) {
        return UnitDesign.of(xclbin(design), address(given, DDR0, DDR1), Optional.ofNullable(catalogued))
                .size();
    }

    @Test
    void theSizeIsTheRecordedOneThenTheGivenOneThenThatOfTheCatalogue() {
        XclbinDesign recorded = design(DDR0, DDR1);
        XclbinDesign silent = withoutSize(recorded);
        DesignSize other = new DesignSize(7, 5);
        DesignSize third = new DesignSize(11, 3);

        assertThat(sizeOf(recorded, null, null)).isEqualTo(SIZE);
        assertThat(sizeOf(recorded, SIZE, other)).isEqualTo(SIZE);
        assertThat(sizeOf(silent, other, null)).isEqualTo(other);
        assertThat(sizeOf(silent, other, third)).isEqualTo(other);
        assertThat(sizeOf(silent, null, third)).isEqualTo(third);
    }

    @Test
    void aSizeThatContradictsTheFileIsRefused() {
        assertRefused(
                () -> sizeOf(design(DDR0, DDR1), new DesignSize(500, 101), null),
                "a.xclbin: kernels[].rows and cols say 500 rows x 101 cols, the file was built for 500 rows x 100"
                        + " cols; correct or remove them");
    }

    @Test
    void withoutAnySizeTheUserIsAskedForIt() {
        assertRefused(
                () -> sizeOf(withoutSize(design(DDR0, DDR1)), null, null),
                "a.xclbin: the file does not record for how many rows and cols it was built; give them as"
                        + " kernels[].rows and cols");
    }

    // Memory

    @Test
    void whatABankHasMayBeUsed() {
        // Tiles of 400,000 bytes: 671 of them go into the 256 MiB of a bank of HBM. The vectors are in other banks.
        UnitDesign unit = of(design(List.of("HBM1", "HBM2", "HBM3"), DDR1), List.of(), List.of());

        assertThatNoException()
                .isThrownBy(() -> UnitDesign.checkMemory("0", unit.memory(new Tiling(500, 67_100, SIZE), 1, 3)));
        assertRefused(
                () -> UnitDesign.checkMemory("0", unit.memory(new Tiling(500, 67_101, SIZE), 1, 3)),
                "fwi: matrices and vectors need 257 MiB in bank HBM[1] of card 0, which has 256 MiB; use fewer"
                        + " measurements or cells, or a design with more banks");
    }

    @Test
    void copiesInOneBankAreAddedUp() {
        UnitDesign apart =
                of(design(List.of("HBM1", "HBM2", "HBM3"), List.of("HBM4", "HBM5", "HBM6")), List.of(), List.of());
        UnitDesign together =
                of(design(List.of("HBM1", "HBM2", "HBM3"), List.of("HBM1", "HBM5", "HBM6")), List.of(), List.of());
        Tiling half = new Tiling(500, 40_000, SIZE);

        assertThatNoException().isThrownBy(() -> UnitDesign.checkMemory("0", apart.memory(half, 1, 3)));
        assertRefused(
                () -> UnitDesign.checkMemory("0", together.memory(half, 1, 3)),
                "fwi: matrices and vectors need 306 MiB in bank HBM[1] of card 0, which has 256 MiB; use fewer"
                        + " measurements or cells, or a design with more banks");
    }

    @Test
    void vectorsTakeMemoryForEveryGridInFlight() {
        UnitDesign unit =
                of(design(List.of("HBM1", "HBM2", "HBM3"), List.of("HBM4", "HBM5", "HBM6")), List.of(), List.of());
        int rows = SIZE.rows();
        int cols = SIZE.cols();

        Map<String, Long> bytes = new TreeMap<>();
        unit.memory(new Tiling(2 * rows, 3 * cols, SIZE), 1, 5).forEach((bank, used) -> bytes.put(bank.tag(), used));

        long matrix = 6L * rows * cols * 8;
        assertThat(bytes)
                .containsExactly(
                        Map.entry("HBM[1]", matrix),
                        Map.entry("HBM[2]", 5L * 3 * cols * 4),
                        Map.entry("HBM[3]", 5L * rows * 8),
                        Map.entry("HBM[4]", matrix),
                        Map.entry("HBM[5]", 5L * 2 * rows * 8),
                        Map.entry("HBM[6]", 5L * cols * 8));
    }
}
