package io.octospark.xrt.xclbin;

import java.util.List;
import java.util.Optional;

/**
 * What an xclbin file tells of its design.
 *
 * @param platform the card's platform in the form vendor_board_name_version (VBNV)
 * @param banks by index; where the file has groups of banks, these are among them
 * @param units in the order of the file
 * @param size if the file records it; bitstreams that OctoRay built don't
 */
public record XclbinDesign(
        XclbinMode mode,
        String platform,
        List<ClockFrequency> clocks,
        List<MemoryBank> banks,
        List<KernelInstance> units,
        Optional<DesignSize> size) {
    public XclbinDesign {
        clocks = List.copyOf(clocks);
        banks = List.copyOf(banks);
        units = List.copyOf(units);
    }
}
