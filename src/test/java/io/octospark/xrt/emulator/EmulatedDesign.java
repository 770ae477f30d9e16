package io.octospark.xrt.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.OctoRayDesign;
import io.octospark.xrt.xclbin.OctoRayDesign.UnitBanks;
import io.octospark.xrt.xclbin.XclbinMode;
import io.octospark.xrt.xclbin.XclbinWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes xclbins with the HLS kernels compiled for this computer; public, for the tests of the binding. */
public final class EmulatedDesign {
    /** The system property that names the folder of the sources, for tests that run in another folder. */
    public static final String PROJECT_FOLDER = "octospark.project.folder";

    static final String PLATFORM = "xilinx_u280_xdma_201920_3";

    private EmulatedDesign() {}

    /** Where the sources are. */
    public static Path projectFolder() {
        return Path.of(System.getProperty(PROJECT_FOLDER, "")).toAbsolutePath();
    }

    /** Two units of each kernel: the first ones on DDR[0], the second ones on HBM[1] (matrix) and DDR[1]. */
    public static Path create(Path folder, int rows, int cols) throws IOException, InterruptedException {
        Path file = folder.resolve(rows + "x" + cols + ".xclbin");
        XclbinWriter.write(design(rows, cols).toDesign(), Files.readAllBytes(kernels(folder, rows, cols)), file);
        return file;
    }

    /** The design in it. */
    public static OctoRayDesign design(int rows, int cols) {
        UnitBanks first = new UnitBanks(List.of("DDR0", "DDR0", "DDR0"), List.of("DDR0", "DDR0", "DDR0"));
        UnitBanks second = new UnitBanks(List.of("HBM1", "DDR1", "DDR1"), List.of("HBM1", "DDR1", "DDR1"));
        return new OctoRayDesign(new DesignSize(rows, cols), XclbinMode.SW_EMU, PLATFORM, List.of(first, second));
    }

    private static Path kernels(Path folder, int rows, int cols) throws IOException, InterruptedException {
        Path library = folder.resolve("kernels" + rows + "x" + cols + ".so");
        Path sources = projectFolder().resolve("bitstreams/kernels");
        Process compiler = new ProcessBuilder(
                        "g++",
                        "-std=c++17",
                        "-O1",
                        "-ffp-contract=off",
                        "-Wno-unknown-pragmas",
                        "-fPIC",
                        "-shared",
                        "-DROWS=" + rows,
                        "-DCOLS=" + cols,
                        sources.resolve("dotprod.cpp").toString(),
                        sources.resolve("update.cpp").toString(),
                        "-o",
                        library.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor()).isZero();
        return library;
    }
}
