package io.octospark.compute.xrt;

import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.OctoRayDesign;
import io.octospark.xrt.xclbin.OctoRayDesign.UnitBanks;
import io.octospark.xrt.xclbin.XclbinMode;
import io.octospark.xrt.xclbin.XclbinWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** Bitstreams without kernels, quickly made: for tests of what reads them but loads none. */
public final class DesignFiles {
    private DesignFiles() {}

    /** A design with so many units, all of them on DDR[0] and DDR[1] as the notebook's. */
    public static Path write(Path file, XclbinMode mode, int rows, int cols, int units) throws IOException {
        UnitBanks banks = new UnitBanks(List.of("DDR0", "DDR0", "DDR0"), List.of("DDR1", "DDR1", "DDR1"));
        OctoRayDesign design = new OctoRayDesign(
                new DesignSize(rows, cols), mode, "xilinx_u280_xdma_201920_3", Collections.nCopies(units, banks));
        Files.createDirectories(file.getParent());
        XclbinWriter.write(design.toDesign(), new byte[0], file);
        return file;
    }
}
