package io.octospark.compute.xrt;

import io.octospark.compute.UnitAddress;
import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.Xclbin;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bitstream on this host.
 *
 * @param file the file that is loaded
 * @param xclbin what it holds
 * @param catalogued the size that the catalogue of designs has for it, if it is there
 */
public record Bitstream(Path file, Xclbin xclbin, Optional<DesignSize> catalogued) {
    /** A unit of it, compared with what the experiment says. */
    public UnitDesign unit(UnitAddress address) {
        return UnitDesign.of(xclbin, address, catalogued);
    }
}
