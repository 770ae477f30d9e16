package io.octospark.compute.xrt;

import io.octospark.compute.UnitAddress;
import io.octospark.config.KernelSpec.Function;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.xrt.XrtArgument;
import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.KernelArgument;
import io.octospark.xrt.xclbin.KernelInstance;
import io.octospark.xrt.xclbin.MemoryBank;
import io.octospark.xrt.xclbin.Xclbin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The design of a compute unit in its bitstream: OctoRay's pair of {@code dotprod(matrix, vector, out)} and {@code
 * update(residual, matrix, out)}.
 *
 * @param size rows and columns that the kernels were built for
 * @param dotprod the instance for forward products
 * @param update the instance for update directions
 */
public record UnitDesign(DesignSize size, KernelInstance dotprod, KernelInstance update) {
    /** Arguments of the call of {@code dotprod}. */
    static final int DOTPROD_MATRIX = 0;

    static final int DOTPROD_VECTOR = 1;
    /** Arguments of the call of {@code update}. */
    static final int UPDATE_RESIDUAL = 0;

    static final int UPDATE_MATRIX = 1;
    /** The output argument of both. */
    static final int OUT = 2;

    /** For each entry of an experiment's list of banks, its argument of the call. */
    private static final int[] DOTPROD_LIST = {DOTPROD_MATRIX, DOTPROD_VECTOR, OUT};

    private static final int[] UPDATE_LIST = {UPDATE_MATRIX, UPDATE_RESIDUAL, OUT};
    private static final int MAX_ENTRIES = Integer.MAX_VALUE / DesignSize.COMPLEX_BYTES;
    private static final long MIB = 1 << 20;

    /**
     * Finds a unit in a bitstream and compares it with the experiment.
     *
     * @param catalogued the size that the catalogue of designs has for the file, if any
     * @throws InvalidInputException naming everything that does not fit
     */
    public static UnitDesign of(Xclbin xclbin, UnitAddress address, Optional<DesignSize> catalogued) {
        List<Problem> problems = new ArrayList<>();
        KernelInstance dotprod = xclbin.unit(address.dotprod().name());
        KernelInstance update = xclbin.unit(address.update().name());
        checkBanks(xclbin, dotprod, address.dotprod(), DOTPROD_LIST, problems);
        checkBanks(xclbin, update, address.update(), UPDATE_LIST, problems);
        DesignSize size = size(xclbin, address.size(), catalogued, problems);
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
        return new UnitDesign(size, dotprod, update);
    }

    private static DesignSize size(
            Xclbin xclbin, DesignSize given, Optional<DesignSize> catalogued, List<Problem> problems) {
        Optional<DesignSize> recorded = xclbin.design().size();
        if (given != null && recorded.isPresent() && !recorded.get().equals(given)) {
            problems.add(new Problem(
                    ErrorCode.DESIGN_SIZE,
                    "%s: kernels[].rows and cols say %s, the file was built for %s"
                            .formatted(xclbin.file(), given, recorded.get()),
                    "correct or remove them"));
        }
        Optional<DesignSize> size =
                recorded.or(() -> Optional.ofNullable(given)).or(() -> catalogued);
        if (size.isPresent() && (long) size.get().rows() * size.get().cols() > MAX_ENTRIES) {
            problems.add(new Problem(
                    ErrorCode.DESIGN_SIZE,
                    "%s: a matrix of %s has more than %d entries, the most that fit a buffer"
                            .formatted(xclbin.file(), size.get(), MAX_ENTRIES),
                    "use a smaller design"));
        }
        if (size.isEmpty()) {
            problems.add(new Problem(
                    ErrorCode.DESIGN_SIZE,
                    "%s: the file does not record for how many rows and cols it was built".formatted(xclbin.file()),
                    "give them as kernels[].rows and cols"));
        }
        return size.orElse(null);
    }

    private static void checkBanks(
            Xclbin xclbin, KernelInstance unit, Function function, int[] list, List<Problem> problems) {
        boolean buffers = unit.arguments().size() == list.length
                && unit.arguments().stream().allMatch(argument -> argument.kind() == KernelArgument.Kind.BUFFER);
        if (!buffers) {
            problems.add(new Problem(
                    ErrorCode.BITSTREAM_KERNELS,
                    "%s: %s must have %d buffers as arguments, it has %s"
                            .formatted(
                                    xclbin.file(),
                                    unit.name(),
                                    list.length,
                                    unit.arguments().stream()
                                            .map(KernelArgument::name)
                                            .toList()),
                    "name a bitstream with OctoRay's kernels"));
            return;
        }
        List<String> unconnected = unit.arguments().stream()
                .filter(argument -> argument.banks().isEmpty())
                .map(KernelArgument::name)
                .toList();
        if (!unconnected.isEmpty()) {
            problems.add(new Problem(
                    ErrorCode.BITSTREAM_KERNELS,
                    "%s: %s connects %s to no memory bank".formatted(xclbin.file(), unit.name(), unconnected),
                    "name a bitstream with OctoRay's kernels"));
            return;
        }
        for (int i = 0; i < function.banks().size(); i++) {
            KernelArgument argument = unit.arguments().get(list[i]);
            MemoryBank bank;
            try {
                bank = xclbin.bank(function.banks().get(i));
            } catch (InvalidInputException e) {
                problems.addAll(e.problems());
                continue;
            }
            if (argument.banks().stream().noneMatch(connected -> connected.index() == bank.index())) {
                problems.add(new Problem(
                        ErrorCode.BANKS_DIFFER,
                        "functions: %s: bank %d is %s, but %s connects %s to %s"
                                .formatted(
                                        function.name(),
                                        i + 1,
                                        function.banks().get(i),
                                        xclbin.file(),
                                        argument.name(),
                                        argument.banks().stream()
                                                .map(MemoryBank::tag)
                                                .toList()),
                        "correct it, or leave functions out to take the bitstream's"));
            }
        }
    }

    /**
     * Returns the bytes that the unit takes of each memory bank of its card.
     *
     * @param matrices matrices on the card at the same time
     * @param gridsInFlight grids with vectors on the card
     */
    public Map<MemoryBank, Long> memory(Tiling tiling, int matrices, int gridsInFlight) {
        Map<MemoryBank, Long> bytes = new HashMap<>();
        long tiles = matrices * tiling.tiles();
        add(bytes, dotprod, dotprodArguments(), DOTPROD_MATRIX, tiles, gridsInFlight, tiling.cellBlocks());
        add(bytes, update, updateArguments(), UPDATE_MATRIX, tiles, gridsInFlight, tiling.rowBlocks());
        return bytes;
    }

    private static void add(
            Map<MemoryBank, Long> bytes,
            KernelInstance unit,
            List<XrtArgument> arguments,
            int matrix,
            long tiles,
            int gridsInFlight,
            int inputs) {
        for (int i = 0; i < arguments.size(); i++) {
            long buffers = i == matrix ? tiles : (long) gridsInFlight * (i == OUT ? 1 : inputs);
            MemoryBank bank = unit.arguments().get(i).bank().orElseThrow();
            bytes.merge(bank, buffers * arguments.get(i).minimumBytes(), Long::sum);
        }
    }

    /**
     * Checks that a card has enough memory.
     *
     * @param card for the message
     * @param bytes bytes that all units together need of each bank
     * @throws InvalidInputException naming banks and bytes
     */
    public static void checkMemory(String card, Map<MemoryBank, Long> bytes) {
        List<Problem> problems = new ArrayList<>();
        bytes.forEach((bank, needed) -> {
            if (needed > bank.sizeBytes()) {
                problems.add(new Problem(
                        ErrorCode.CARD_MEMORY_TOO_SMALL,
                        "fwi: matrices and vectors need %d MiB in bank %s of card %s, which has %d MiB"
                                .formatted((needed + MIB - 1) / MIB, bank.tag(), card, bank.sizeBytes() / MIB),
                        "use fewer measurements or cells, or a design with more banks"));
            }
        });
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparing(Problem::message));
            throw new InvalidInputException(problems);
        }
    }

    List<XrtArgument> dotprodArguments() {
        long rows = size.rows();
        long cols = size.cols();
        return List.of(
                new XrtArgument("matrix", rows * cols * DesignSize.COMPLEX_BYTES),
                new XrtArgument("vector", cols * Float.BYTES),
                new XrtArgument("out", rows * DesignSize.COMPLEX_BYTES));
    }

    List<XrtArgument> updateArguments() {
        long rows = size.rows();
        long cols = size.cols();
        return List.of(
                new XrtArgument("residual", rows * DesignSize.COMPLEX_BYTES),
                new XrtArgument("matrix", rows * cols * DesignSize.COMPLEX_BYTES),
                new XrtArgument("out", cols * DesignSize.COMPLEX_BYTES));
    }
}
