package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.OctoRayDesign;
import io.octospark.xrt.xclbin.OctoRayDesign.UnitBanks;
import io.octospark.xrt.xclbin.XclbinMode;
import io.octospark.xrt.xclbin.XclbinWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes designs of any size for the emulated card. */
public final class TestDesigns {
    private TestDesigns() {}

    /** A design with so many units; matrix and vectors of each unit are in different banks. */
    public static Path create(Path folder, int rows, int cols, int units) throws IOException, InterruptedException {
        List<UnitBanks> banks = new ArrayList<>();
        for (int unit = 0; unit < units; unit++) {
            banks.add(new UnitBanks(
                    List.of("HBM" + 6 * unit, "HBM" + (6 * unit + 1), "HBM" + (6 * unit + 2)),
                    List.of("HBM" + (6 * unit + 3), "HBM" + (6 * unit + 4), "HBM" + (6 * unit + 5))));
        }
        OctoRayDesign design =
                new OctoRayDesign(new DesignSize(rows, cols), XclbinMode.SW_EMU, "xilinx_u280_xdma_201920_3", banks);
        Path file = folder.resolve("%d_%d_%dCU.xclbin".formatted(rows, cols, units));
        XclbinWriter.write(design.toDesign(), Files.readAllBytes(kernels(folder, rows, cols)), file);
        return file;
    }

    private static Path kernels(Path folder, int rows, int cols) throws IOException, InterruptedException {
        Path library = folder.resolve("kernels_%d_%d.so".formatted(rows, cols));
        Process make = new ProcessBuilder(
                        "make", "--silent", "--directory=bitstreams/emulator", "OUT=" + folder, library.toString())
                .inheritIO()
                .start();
        assertThat(make.waitFor()).isZero();
        return library;
    }
}
