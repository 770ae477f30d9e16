package io.octospark.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import io.octospark.cli.options.ExitCode;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.xclbin.ClockFrequency;
import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.KernelArgument;
import io.octospark.xrt.xclbin.KernelInstance;
import io.octospark.xrt.xclbin.MemoryBank;
import io.octospark.xrt.xclbin.OctoRayDesign;
import io.octospark.xrt.xclbin.Xclbin;
import io.octospark.xrt.xclbin.XclbinDesign;
import io.octospark.xrt.xclbin.XclbinMode;
import io.octospark.xrt.xclbin.XclbinReader;
import io.octospark.xrt.xclbin.XclbinSection;
import io.octospark.xrt.xclbin.XclbinWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "xclbin",
        description = "Shows FPGA designs and creates designs for the emulated card.",
        subcommands = {XclbinCommand.Info.class, XclbinCommand.Create.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class XclbinCommand {
    private XclbinCommand() {}

    @Command(
            name = "info",
            description =
                    "Shows the contents of an xclbin file: platform, memory banks, compute units with their arguments.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Info implements Callable<Integer> {
        private enum Format {
            TABLE,
            JSON
        }

        @Parameters(paramLabel = "FILE", description = "The xclbin file.")
        private Path file;

        @Option(
                names = "--format",
                defaultValue = "table",
                description = "Output format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
        private Format format;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            Xclbin xclbin = XclbinReader.read(file);
            PrintWriter out = spec.commandLine().getOut();
            if (format == Format.JSON) {
                out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json(xclbin)));
            } else {
                print(xclbin, out);
            }
            return ExitCode.DONE;
        }

        private static void print(Xclbin xclbin, PrintWriter out) {
            XclbinDesign design = xclbin.design();
            String clocks = design.clocks().stream()
                    .map(clock -> clock.name() + " " + clock.megahertz() + " MHz")
                    .collect(Collectors.joining(", "));
            Map<String, String> lines = new LinkedHashMap<>();
            lines.put("file", xclbin.file());
            lines.put("uuid", xclbin.uuid().toString());
            lines.put("platform", design.platform());
            lines.put("mode", design.mode().toString());
            lines.put("version", xclbin.version());
            lines.put("design", design.size().map(DesignSize::toString).orElse("size not recorded"));
            lines.put("clocks", clocks.isEmpty() ? "none" : clocks);
            lines.forEach((name, value) -> out.printf("%-10s%s%n", name, value));
            List<String[]> banks = new ArrayList<>();
            for (MemoryBank bank : design.banks()) {
                if (bank.used()) {
                    banks.add(new String[] {
                        "" + bank.index(),
                        bank.tag(),
                        "" + bank.type(),
                        bank.sizeBytes() / 1024 + " kB",
                        hex(bank.baseAddress())
                    });
                }
            }
            out.printf(
                    "%n%d of %d memory banks in use%n",
                    banks.size(), design.banks().size());
            table(out, new String[] {"index", "bank", "type", "size", "base"}, banks);
            List<String[]> arguments = new ArrayList<>();
            for (KernelInstance unit : design.units()) {
                String[] own = {unit.name(), unit.kernel(), hex(unit.baseAddress())};
                if (unit.arguments().isEmpty()) {
                    arguments.add(new String[] {own[0], own[1], own[2], "", "", "", ""});
                }
                for (KernelArgument argument : unit.arguments()) {
                    String tags = argument.banks().stream().map(MemoryBank::tag).collect(Collectors.joining(", "));
                    arguments.add(new String[] {
                        own[0],
                        own[1],
                        own[2],
                        argument.id() + " " + argument.name(),
                        argument.type(),
                        lowerCase(argument.kind()),
                        tags
                    });
                    Arrays.fill(own, "");
                }
            }
            out.printf("%n%d compute units%n", design.units().size());
            table(out, new String[] {"unit", "kernel", "base", "argument", "type", "kind", "bank"}, arguments);
        }

        private static void table(PrintWriter out, String[] header, List<String[]> rows) {
            if (!rows.isEmpty()) {
                Column[] columns = Arrays.stream(header)
                        .map(name -> new Column().header(name).dataAlign(HorizontalAlign.LEFT))
                        .toArray(Column[]::new);
                out.println(AsciiTable.getTable(
                        AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, rows.toArray(String[][]::new)));
            }
        }

        private static ObjectNode json(Xclbin xclbin) {
            XclbinDesign design = xclbin.design();
            ObjectNode root = new ObjectMapper().createObjectNode();
            root.put("file", xclbin.file());
            root.put("uuid", xclbin.uuid().toString());
            root.put("platform", design.platform());
            root.put("mode", design.mode().toString());
            root.put("version", xclbin.version());
            root.put("timestamp_seconds", xclbin.timestampSeconds());
            root.putNull("rows").putNull("cols");
            design.size().ifPresent(size -> root.put("rows", size.rows()).put("cols", size.cols()));
            ArrayNode clocks = root.putArray("clocks");
            for (ClockFrequency clock : design.clocks()) {
                clocks.addObject()
                        .put("name", clock.name())
                        .put("type", lowerCase(clock.type()))
                        .put("megahertz", clock.megahertz());
            }
            ArrayNode banks = root.putArray("banks");
            for (MemoryBank bank : design.banks()) {
                banks.addObject()
                        .put("index", bank.index())
                        .put("tag", bank.tag())
                        .put("type", lowerCase(bank.type()))
                        .put("size_bytes", bank.sizeBytes())
                        .put("base_address", hex(bank.baseAddress()))
                        .put("used", bank.used());
            }
            ArrayNode units = root.putArray("units");
            for (KernelInstance unit : design.units()) {
                ArrayNode arguments = units.addObject()
                        .put("name", unit.name())
                        .put("kernel", unit.kernel())
                        .put("base_address", hex(unit.baseAddress()))
                        .put("control", lowerCase(unit.control()))
                        .putArray("arguments");
                for (KernelArgument argument : unit.arguments()) {
                    ObjectNode node = arguments
                            .addObject()
                            .put("id", argument.id())
                            .put("name", argument.name())
                            .put("kind", lowerCase(argument.kind()))
                            .put("type", argument.type())
                            .put("size_bytes", argument.sizeBytes());
                    node.putNull("group");
                    argument.group().ifPresent(group -> node.put("group", group));
                    ArrayNode tags = node.putArray("banks");
                    argument.banks().forEach(bank -> tags.add(bank.tag()));
                }
            }
            ArrayNode sections = root.putArray("sections");
            for (XclbinSection section : xclbin.sections()) {
                sections.addObject()
                        .put("kind", section.kind())
                        .put("name", section.name())
                        .put("offset", section.offset())
                        .put("size", section.size());
            }
            return root;
        }

        private static String hex(long address) {
            return "0x" + Long.toHexString(address);
        }

        private static String lowerCase(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
    }

    @Command(
            name = "create",
            description = "Creates a design with OctoRay's kernels dotprod and update for the emulated card, which has"
                    + " the memory of an Alveo U280: HBM0 to HBM31, DDR0 and DDR1.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Create implements Callable<Integer> {
        private static final long MAX_LIBRARY_BYTES = 1 << 28;
        private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

        @Option(names = "--rows", required = true, paramLabel = "R", description = "Rows of the matrix: measurements.")
        private int rows;

        @Option(names = "--cols", required = true, paramLabel = "C", description = "Columns of the matrix: cells.")
        private int cols;

        @Option(
                names = "--units",
                paramLabel = "N",
                defaultValue = "1",
                description = "Number of units, pairs of dotprod_N and update_N; 1 to " + OctoRayDesign.MAX_UNITS
                        + ". Default: ${DEFAULT-VALUE}.")
        private int units;

        @Option(
                names = "--platform",
                paramLabel = "VBNV",
                defaultValue = "xilinx_u280_xdma_201920_3",
                description = "Platform of the card. Default: ${DEFAULT-VALUE}.")
        private String platform;

        @Option(
                names = "--bank",
                paramLabel = "FUNCTION=BANKS",
                description =
                        "Memory banks of a function: one bank, or three for its buffers in the order of an experiment's"
                                + " lists (matrix, vector or residual, out). dotprod and update stand for all units, dotprod_2 for"
                                + " unit 2. Repeat the option for several functions. Default: dotprod=DDR0, update=DDR1.")
        private Map<String, String> banks = new LinkedHashMap<>();

        @Option(
                names = "--kernels",
                paramLabel = "LIB.so",
                description = "Shared library with the kernels that the emulated card runs; it is stored in the file."
                        + " Default: none.")
        private Optional<Path> kernels;

        @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
        private Path out;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            require(rows >= 1 && rows <= DesignSize.MAX, "--rows = " + rows + ": must be 1 to " + DesignSize.MAX);
            require(cols >= 1 && cols <= DesignSize.MAX, "--cols = " + cols + ": must be 1 to " + DesignSize.MAX);
            require(
                    units >= 1 && units <= OctoRayDesign.MAX_UNITS,
                    "--units = " + units + ": must be 1 to " + OctoRayDesign.MAX_UNITS);
            for (String function : banks.keySet()) {
                require(
                        function.equals("dotprod")
                                || function.equals("update")
                                || (function.matches("(dotprod|update)_[1-9]\\d{0,2}")
                                        && Integer.parseInt(function.split("_", 2)[1]) <= units),
                        "--bank = " + function + ": must be dotprod, update, or one of them with _1 to _" + units);
            }
            List<OctoRayDesign.UnitBanks> lists = new ArrayList<>();
            for (int unit = 1; unit <= units; unit++) {
                lists.add(
                        new OctoRayDesign.UnitBanks(banksOf("dotprod", unit, "DDR0"), banksOf("update", unit, "DDR1")));
            }
            XclbinDesign design =
                    new OctoRayDesign(new DesignSize(rows, cols), XclbinMode.SW_EMU, platform, lists).toDesign();
            UUID uuid = XclbinWriter.write(design, payload(), out);
            spec.commandLine()
                    .getOut()
                    .printf("%s: %s, units: %d, uuid %s%n", out, design.size().orElseThrow(), units, uuid);
            return ExitCode.DONE;
        }

        private List<String> banksOf(String function, int unit, String bank) {
            String text = banks.getOrDefault(function + "_" + unit, banks.getOrDefault(function, bank));
            String[] names = text.split(",", -1);
            return names.length == 1 ? Collections.nCopies(OctoRayDesign.BUFFERS, text) : List.of(names);
        }

        private byte[] payload() throws IOException {
            if (kernels.isEmpty()) {
                return new byte[0];
            }
            Path library = kernels.get();
            if (!Files.isRegularFile(library)) {
                throw new InvalidInputException(
                        ErrorCode.FILE_NOT_FOUND,
                        library + ": there is no such file",
                        "correct the path of the kernels");
            }
            long size = Files.size(library);
            if (size > MAX_LIBRARY_BYTES) {
                throw new InvalidInputException(
                        ErrorCode.KERNEL_LIBRARY,
                        library + ": has " + size + " bytes, at most " + MAX_LIBRARY_BYTES + " are taken",
                        "is it the right file?");
            }
            byte[] bytes = Files.readAllBytes(library);
            if (bytes.length < ELF.length || !Arrays.equals(bytes, 0, ELF.length, ELF, 0, ELF.length)) {
                throw new InvalidInputException(
                        ErrorCode.KERNEL_LIBRARY,
                        library + ": is not a shared library",
                        "build the kernels with g++ -shared");
            }
            return bytes;
        }

        private void require(boolean condition, String problem) {
            if (!condition) {
                throw new ParameterException(spec.commandLine(), problem + "; correct the value");
            }
        }
    }
}
