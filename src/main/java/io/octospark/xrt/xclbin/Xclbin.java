package io.octospark.xrt.xclbin;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.util.List;
import java.util.UUID;

/**
 * An xclbin file as {@link XclbinReader} found it.
 *
 * <pre>{@code
 * Xclbin xclbin = XclbinReader.read(Path.of("8000_100_1cu.xclbin"));
 * KernelInstance dotprod = xclbin.unit("dotprod_1");
 * int group = dotprod.arguments().get(0).group().orElseThrow();
 * MemoryBank bank = xclbin.bank("DDR0");
 * }</pre>
 *
 * @param file what it was read from, for messages
 * @param uuid by which XRT tells designs apart
 * @param version of the tool that wrote it, such as 2.13.466
 * @param timestampSeconds when it was written, since 1970; 0 if not recorded
 */
public record Xclbin(
        String file,
        UUID uuid,
        String version,
        long timestampSeconds,
        XclbinDesign design,
        List<XclbinSection> sections) {
    public Xclbin {
        sections = List.copyOf(sections);
    }

    /** Returns the same under another name, for messages. */
    public Xclbin named(String name) {
        return new Xclbin(name, uuid, version, timestampSeconds, design, sections);
    }

    /**
     * Returns the memory bank of this name: {@code DDR0}, {@code DDR[0]}, {@code bank0}, {@code HBM3}, {@code hbm[3]}.
     *
     * @throws InvalidInputException if there is none
     */
    public MemoryBank bank(String name) {
        return MemoryBank.find(design.banks(), name)
                .orElseThrow(() -> new InvalidInputException(
                        ErrorCode.NO_SUCH_BANK,
                        "%s: has no memory bank %s".formatted(file, XclbinFormat.shown(name)),
                        "name one of its banks: %s".formatted(MemoryBank.names(design.banks()))));
    }

    /**
     * Returns the compute unit of this name, such as {@code dotprod_1}.
     *
     * @throws InvalidInputException if there is none
     */
    public KernelInstance unit(String name) {
        return design.units().stream()
                .filter(unit -> unit.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        ErrorCode.NO_SUCH_UNIT,
                        "%s: has no compute unit %s".formatted(file, XclbinFormat.shown(name)),
                        "name one of its units: %s".formatted(unitNames())));
    }

    private String unitNames() {
        List<String> names = design.units().stream().map(KernelInstance::name).toList();
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
