package io.octospark.compute.xrt;

import io.octospark.config.ConfigObject;
import io.octospark.config.KernelReader;
import io.octospark.config.KernelSpec;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.OctoRayDesign;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The catalogue of the FPGA designs that the repository can build, {@code conf/designs.json}.
 *
 * @param designs in the order of the file; names and bitstreams differ
 */
public record DesignCatalogue(List<Design> designs) {
    private static final String RESOURCE = "designs.json";
    private static final int MAX_DESIGNS = 1000;

    public DesignCatalogue {
        designs = List.copyOf(designs);
    }

    /**
     * One design of the catalogue.
     *
     * @param name for example {@code 8000_100_1CU}
     * @param xclbin its bitstream, relative to the repository
     * @param platform the platform that it is made for
     * @param rows measurements that one call takes
     * @param cols cells that one call takes
     * @param units compute units
     * @param functions for each unit {@code dotprod_N} and {@code update_N} with their memory banks
     */
    public record Design(
            String name,
            Path xclbin,
            String platform,
            int rows,
            int cols,
            int units,
            List<List<KernelSpec.Function>> functions) {
        public Design {
            functions = functions.stream().map(List::copyOf).toList();
        }

        /** Returns the size of the matrix that the kernels are built for. */
        public DesignSize size() {
            return new DesignSize(rows, cols);
        }
    }

    /** Returns the design of a bitstream, for any folder of the repository. */
    public Optional<Design> ofBitstream(Path xclbin) {
        Path path = xclbin.normalize();
        return designs.stream().filter(design -> path.endsWith(design.xclbin())).findFirst();
    }

    /** Returns the catalogue that this application was built with. */
    public static DesignCatalogue bundled() {
        return Bundled.CATALOGUE;
    }

    /** Reads the catalogue once; every task asks for it. */
    private static final class Bundled {
        private static final DesignCatalogue CATALOGUE = readBundled();
    }

    private static DesignCatalogue readBundled() {
        try (InputStream resource = DesignCatalogue.class.getResourceAsStream(RESOURCE)) {
            String json = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            return ConfigObject.parse(Path.of("conf", RESOURCE), json, DesignCatalogue::catalogue);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    /**
     * Reads a catalogue.
     *
     * @throws InvalidInputException naming all problems
     */
    public static DesignCatalogue read(Path file) {
        return ConfigObject.read(file, DesignCatalogue::catalogue);
    }

    private static DesignCatalogue catalogue(ConfigObject catalogue) {
        if (!catalogue.has("designs")) {
            catalogue.missing("designs", "give a list [ ] of designs");
        }
        Set<String> seen = new HashSet<>();
        List<Design> designs = new ArrayList<>();
        for (ConfigObject object : catalogue.objects("designs", 1, MAX_DESIGNS)) {
            designs.add(design(object, seen));
        }
        return new DesignCatalogue(designs);
    }

    private static Design design(ConfigObject design, Set<String> seen) {
        String name = text(design, "name");
        String xclbin = text(design, "xclbin");
        String platform = text(design, "platform");
        for (String key : List.of("name", "xclbin")) {
            if (design.text(key).filter(text -> !seen.add(text)).isPresent()) {
                design.invalid(key, "must differ from those of the other designs", "correct the value");
            }
        }
        int rows = design.integer("rows", 1, DesignSize.MAX);
        int cols = design.integer("cols", 1, DesignSize.MAX);
        int units = design.integer("units", 1, OctoRayDesign.MAX_UNITS);
        if (!design.has("functions")) {
            design.missing("functions", "give the functions of each unit with their memory banks");
        }
        List<List<KernelSpec.Function>> functions = KernelReader.functions(design, "units", units);
        for (int unit = 1; unit <= functions.size(); unit++) {
            List<String> names = functions.get(unit - 1).stream()
                    .map(KernelSpec.Function::name)
                    .toList();
            if (!names.equals(List.of("dotprod_" + unit, "update_" + unit))) {
                design.invalid(
                        "functions",
                        "unit " + unit + " must have dotprod_" + unit + " and update_" + unit,
                        "number the functions from 1");
            }
        }
        design.end();
        return new Design(name, Path.of(xclbin).normalize(), platform, rows, cols, units, functions);
    }

    /** Required text; empty if it is faulty. */
    private static String text(ConfigObject design, String key) {
        if (!design.has(key)) {
            design.missing(key, "give text in quotes");
        }
        return design.text(key).orElse("");
    }
}
