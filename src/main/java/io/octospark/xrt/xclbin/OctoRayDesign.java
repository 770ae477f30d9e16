package io.octospark.xrt.xclbin;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.xrt.xclbin.KernelArgument.Kind;
import io.octospark.xrt.xclbin.KernelInstance.Control;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A design with OctoRay's two kernels for an emulated card: {@code dotprod(matrix, vector, out)} and {@code
 * update(residual, matrix, out)}, with the instances dotprod_1, update_1, dotprod_2, update_2, ... The card has the
 * memory of an Alveo U280: HBM[0] to HBM[31] and DDR[0], DDR[1].
 *
 * @param platform VBNV, 1 to 63 letters, digits and {@code _ - . :}
 * @param units the banks of each pair of units, 1 to {@link #MAX_UNITS} pairs
 */
public record OctoRayDesign(DesignSize size, XclbinMode mode, String platform, List<UnitBanks> units) {
    /** Pairs; XRT has 128 compute units at most. */
    public static final int MAX_UNITS = XclbinFormat.MAX_UNITS / 2;

    /** Buffers of each kernel. */
    public static final int BUFFERS = 3;

    private static final long MIB = 1L << 20;
    private static final long FIRST_UNIT = 0x1800000;
    private static final long UNIT_STRIDE = 0x10000;

    /**
     * The memory banks of a pair of units, in the order of the notebook's lists.
     *
     * @param dotprod banks of matrix, vector, out
     * @param update banks of matrix, residual, out; not the order of the call
     */
    public record UnitBanks(List<String> dotprod, List<String> update) {
        public UnitBanks {
            dotprod = List.copyOf(dotprod);
            update = List.copyOf(update);
        }
    }

    public OctoRayDesign {
        units = List.copyOf(units);
        List<Problem> problems = new ArrayList<>();
        if (!platform.matches("[\\w.:-]{1,63}")) {
            problems.add(new Problem(
                    ErrorCode.VALUE_OUT_OF_RANGE,
                    "platform %s: must be 1 to 63 letters, digits and _ - . : ".formatted(XclbinFormat.shown(platform)),
                    "correct the name"));
        }
        if (units.isEmpty() || units.size() > MAX_UNITS) {
            problems.add(new Problem(
                    ErrorCode.VALUE_OUT_OF_RANGE,
                    "%d units: a design has 1 to %d".formatted(units.size(), MAX_UNITS),
                    "correct the number"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
    }

    /**
     * Returns the design as an xclbin describes it.
     *
     * @throws InvalidInputException if a bank is unknown or too small for its buffer
     */
    public XclbinDesign toDesign() {
        List<Problem> problems = new ArrayList<>();
        List<List<MemoryBank>> banks = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            UnitBanks unit = units.get(i);
            long matrix = (long) size.rows() * size.cols() * DesignSize.COMPLEX_BYTES;
            long rows = (long) size.rows() * DesignSize.COMPLEX_BYTES;
            long cols = (long) size.cols() * DesignSize.COMPLEX_BYTES;
            banks.add(resolve("dotprod_" + (i + 1), unit.dotprod, List.of(matrix, cols / 2, rows), problems));
            banks.add(resolve("update_" + (i + 1), unit.update, List.of(matrix, rows, cols), problems));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems.stream().distinct().toList());
        }
        Set<Integer> used = new HashSet<>();
        banks.forEach(three -> three.forEach(bank -> used.add(bank.index())));
        List<MemoryBank> card = card(used);
        List<KernelInstance> instances = new ArrayList<>();
        for (int i = 0; i < banks.size(); i++) {
            List<MemoryBank> own =
                    banks.get(i).stream().map(bank -> card.get(bank.index())).toList();
            boolean dotprod = i % 2 == 0;
            String kernel = dotprod ? "dotprod" : "update";
            instances.add(new KernelInstance(
                    kernel,
                    kernel + "_" + (i / 2 + 1),
                    FIRST_UNIT + i * UNIT_STRIDE,
                    Control.AP_CTRL_HS,
                    dotprod
                            ? List.of(
                                    buffer(0, "matrix", "complex<float>*", own.get(0)),
                                    buffer(1, "vector", "float*", own.get(1)),
                                    buffer(2, "out", "complex<float>*", own.get(2)))
                            : List.of(
                                    buffer(0, "residual", "complex<float>*", own.get(1)),
                                    buffer(1, "matrix", "complex<float>*", own.get(0)),
                                    buffer(2, "out", "complex<float>*", own.get(2)))));
        }
        List<ClockFrequency> clocks = List.of(
                new ClockFrequency("DATA_CLK", ClockFrequency.Type.DATA, 300),
                new ClockFrequency("KERNEL_CLK", ClockFrequency.Type.KERNEL, 500));
        return new XclbinDesign(mode, platform, clocks, card, instances, Optional.of(size));
    }

    private static KernelArgument buffer(int id, String name, String type, MemoryBank bank) {
        return new KernelArgument(id, name, Kind.BUFFER, type, Long.BYTES, List.of(bank));
    }

    /** Returns the banks of a function's list; what is wrong with them goes to the problems. */
    private static List<MemoryBank> resolve(
            String function, List<String> names, List<Long> bytes, List<Problem> problems) {
        List<MemoryBank> card = card(Set.of());
        if (names.size() != BUFFERS) {
            problems.add(new Problem(
                    ErrorCode.VALUE_OUT_OF_RANGE,
                    "%s: has %d memory banks, it must have %d".formatted(function, names.size(), BUFFERS),
                    "name one for each buffer"));
            return List.of();
        }
        List<MemoryBank> banks = new ArrayList<>();
        for (int i = 0; i < BUFFERS; i++) {
            Optional<MemoryBank> bank = MemoryBank.find(card, names.get(i));
            if (bank.isEmpty()) {
                problems.add(new Problem(
                        ErrorCode.NO_SUCH_BANK,
                        "%s: the card has no memory bank %s".formatted(function, XclbinFormat.shown(names.get(i))),
                        "name one of its banks: HBM[0] to HBM[31], DDR[0], DDR[1]"));
            } else if (bank.get().sizeBytes() < bytes.get(i)) {
                problems.add(new Problem(
                        ErrorCode.CARD_MEMORY_TOO_SMALL,
                        "%s: buffer %d has %d bytes, bank %s has %d"
                                .formatted(
                                        function,
                                        i,
                                        bytes.get(i),
                                        bank.get().tag(),
                                        bank.get().sizeBytes()),
                        "choose a larger bank or a smaller design"));
            }
            bank.ifPresent(banks::add);
        }
        return banks;
    }

    /** Names, sizes and addresses as on the U280's platform xilinx_u280_xdma_201920_3. */
    private static List<MemoryBank> card(Set<Integer> used) {
        List<MemoryBank> banks = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            long size = 256 * MIB;
            banks.add(new MemoryBank(i, "HBM[" + i + "]", MemoryBank.Type.HBM, size, i * size, used.contains(i)));
        }
        for (int i = 0; i < 2; i++) {
            long base = 0x4000000000L + i * 0x1000000000L;
            banks.add(new MemoryBank(
                    32 + i, "DDR[" + i + "]", MemoryBank.Type.DDR4, 16384 * MIB, base, used.contains(32 + i)));
        }
        return banks;
    }
}
