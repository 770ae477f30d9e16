package io.octospark.compute.xrt;

import io.octospark.compute.UnitAddress;
import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.Xclbin;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bitstream on this host.
 *
 * @param file the file to load
 * @param xclbin its contents
 * @param catalogued its size in the catalogue of designs, if it is there
 */
public record Bitstream(Path file, Xclbin xclbin, Optional<DesignSize> catalogued) {
    /** Returns a unit of it, compared with the experiment. */
    public UnitDesign unit(UnitAddress address) {
        return UnitDesign.of(xclbin, address, catalogued);
    }
}
