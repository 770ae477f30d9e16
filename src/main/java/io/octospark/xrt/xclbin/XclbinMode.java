package io.octospark.xrt.xclbin;

import java.util.Locale;
import java.util.Optional;

/** What a design was built for. */
public enum XclbinMode {
    /** A card. */
    HW(0),
    /** Simulation of the hardware. */
    HW_EMU(4),
    /** Kernels compiled for the host. */
    SW_EMU(5);

    private final int code;

    XclbinMode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Returns the mode of a number in a file: {@code XCLBIN_MODE} has variants of two of them. */
    static Optional<XclbinMode> of(int code) {
        return switch (code) {
            case 0, 1, 2, 3 -> Optional.of(HW);
            case 4, 6 -> Optional.of(HW_EMU);
            case 5 -> Optional.of(SW_EMU);
            default -> Optional.empty();
        };
    }

    /** As XRT writes it, in {@code XCL_EMULATION_MODE} for example. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
