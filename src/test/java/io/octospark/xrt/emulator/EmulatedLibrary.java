package io.octospark.xrt.emulator;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build leaves the emulated card; public, for the tests of the binding. */
public final class EmulatedLibrary {
    /** The system property that names the build folder. */
    public static final String BUILD_FOLDER = "octospark.build.folder";

    /** Within the build folder. */
    private static final String FILE = "classes/emulator/libxrt_emulated.so";

    private EmulatedLibrary() {}

    /** Where the build leaves everything. */
    public static Path buildFolder() {
        return Path.of(System.getProperty(BUILD_FOLDER, "target")).toAbsolutePath();
    }

    /** The library, which must have been built: without it no test of it may pass. */
    public static Path file() {
        Path file = buildFolder().resolve(FILE);
        if (!Files.exists(file)) {
            throw new AssertionError("there is no " + file + "; build the emulated card: ./mvnw compile");
        }
        return file;
    }
}
