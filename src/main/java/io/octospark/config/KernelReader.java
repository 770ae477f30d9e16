package io.octospark.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.model.SyntheticSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Reader of one of {@code kernels}, with the fields of the notebook's create_kernel. */
public final class KernelReader {
    private static final int MAX_INSTANCES = 1000;
    private static final long MAX_BATCH_VALUES = 1_000_000_000_000L;
    private static final int MAX_DEVICE_INDEX = 1000;
    private static final int MAX_DESIGN_SIZE = 1_000_000;
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private final String bitstream;
    private final int instances;
    private final long batchValues;
    private final List<List<KernelSpec.Function>> functions;
    private final String host;
    private final String device;
    private final int rows;
    private final int cols;
    private final String uuid;
    private final InversionReader inversion;
    private final SyntheticSettings synthetic;
    private final Optional<FwiReader> own;

    /**
     * Reads and checks all keys.
     *
     * @param fwi the experiment's {@code fwi}, the base of {@code config}
     * @param fwiValues the values that were read from it
     * @param inversion the experiment's inversion
     * @param synthetic how synthetic data are made; may be null
     * @param dataKind kind of the data set's numbers
     */
    KernelReader(
            ConfigObject kernel,
            ConfigObject fwi,
            FwiReader fwiValues,
            InversionReader inversion,
            SyntheticSettings synthetic,
            DataKind dataKind) {
        this.inversion = inversion;
        this.synthetic = synthetic;
        bitstream = kernel.text("path_to_bitstream").orElse("");
        if (!kernel.has("path_to_bitstream")) {
            kernel.missing("path_to_bitstream", "name the xclbin file");
        }
        instances = kernel.integer("no_instances", 1, MAX_INSTANCES, 1);
        batchValues = kernel.has("batch_size") ? kernel.wholeNumber("batch_size", 1, MAX_BATCH_VALUES) : 0;
        int cells = fwiValues.cells();
        if (cells > 0 && batchValues % cells != 0) {
            kernel.conflict(
                    "batch_size",
                    "must be a multiple of " + cells + ", the cells of a grid (ngrid.x * ngrid.z)",
                    "count values, not grids");
        }
        functions = functions(kernel, "no_instances", instances);
        host = kernel.text("host").orElse(null);
        device = kernel.value("device").isNumber()
                ? Integer.toString(kernel.integer("device", 0, MAX_DEVICE_INDEX))
                : kernel.text("device").orElse(null);
        rows = kernel.has("rows") ? kernel.integer("rows", 1, MAX_DESIGN_SIZE) : 0;
        cols = kernel.has("cols") ? kernel.integer("cols", 1, MAX_DESIGN_SIZE) : 0;
        if (kernel.has("rows") != kernel.has("cols")) {
            kernel.missing(kernel.has("rows") ? "cols" : "rows", "give both or none");
        }
        uuid = kernel.text("uuid").map(text -> text.toLowerCase(Locale.ROOT)).orElse(null);
        if (uuid != null && !uuid.matches(UUID)) {
            kernel.invalid(
                    "uuid",
                    "must be a UUID of the form 8-4-4-4-12 hexadecimal digits",
                    "octospark xclbin info shows a file's");
        }
        own = kernel.has("config") ? Optional.of(new FwiReader(kernel.objectOver("config", fwi))) : Optional.empty();
        own.ifPresent(values -> values.requireSameGrid(fwiValues));
        own.ifPresent(values -> values.check(inversion));
        if (dataKind == DataKind.PRESSURE
                && own.map(values -> !values.measuresLike(fwiValues)).orElse(false)) {
            kernel.problem(
                    "config",
                    "must have Freq.nTotal, nReceivers and nSources of fwi, as all kernels share one set of measured data",
                    "remove the keys");
        }
        kernel.end();
    }

    /**
     * Returns the functions of each unit with their memory banks; empty if they are not given. The notebook writes a
     * list of two objects for each unit, each with a function's name and its banks.
     *
     * @param count the key with the number of units
     * @param instances its value; 0 if that is faulty
     */
    public static List<List<KernelSpec.Function>> functions(ConfigObject kernel, String count, int instances) {
        List<List<KernelSpec.Function>> units = new ArrayList<>();
        if (!kernel.has("functions")) {
            return units;
        }
        JsonNode list = kernel.value("functions");
        if (!list.isArray() || (instances > 0 && list.size() != instances)) {
            kernel.conflict(
                    "functions",
                    "must be a list with one entry for each unit, " + count + " = " + instances,
                    "give each unit [{\"dotprod_N\": [banks]}, {\"update_N\": [banks]}]");
            return units;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode unit = list.get(i);
            String key = "functions[" + i + "]";
            if (!unit.isArray()
                    || unit.size() != 2
                    || !isFunction(unit.get(0), "dotprod_[1-9][0-9]{0,3}")
                    || !isFunction(unit.get(1), "update_[1-9][0-9]{0,3}")) {
                kernel.invalid(
                        key,
                        unit,
                        "must be one dotprod_N and one update_N with " + KernelSpec.Function.BUFFERS
                                + " memory banks each",
                        "write it as in conf/notebook.json");
                continue;
            }
            List<KernelSpec.Function> functions = List.of(function(unit.get(0)), function(unit.get(1)));
            for (KernelSpec.Function function : functions) {
                if (!names.add(function.name())) {
                    kernel.invalid(
                            key, unit, "names " + function.name() + " of another unit", "give each unit its own");
                }
            }
            units.add(functions);
        }
        return units;
    }

    private static boolean isFunction(JsonNode function, String name) {
        if (!function.isObject() || function.size() != 1) {
            return false;
        }
        JsonNode banks = function.elements().next();
        return function.fieldNames().next().matches(name)
                && banks.isArray()
                && banks.size() == KernelSpec.Function.BUFFERS
                && StreamSupport.stream(banks.spliterator(), false)
                        .allMatch(bank -> bank.isTextual() && ConfigObject.isText(bank.textValue()));
    }

    private static KernelSpec.Function function(JsonNode function) {
        List<String> banks = new ArrayList<>();
        function.elements().next().forEach(bank -> banks.add(bank.textValue()));
        return new KernelSpec.Function(function.fieldNames().next(), banks);
    }

    /** Returns the number of frequencies, sources and receivers of the kernel's own config. */
    int ownPoints() {
        return own.map(FwiReader::points).orElse(0);
    }

    /** Returns the kernel that was read. Call it only if no key was faulty. */
    KernelSpec spec(InversionProblem shared) {
        InversionProblem problem =
                own.map(values -> values.problem(inversion, synthetic)).orElse(shared);
        return new KernelSpec(bitstream, instances, batchValues, functions, host, device, rows, cols, uuid, problem);
    }
}
