package io.octospark.cli;

import io.octospark.cli.options.CommonOptions;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.ExperimentOptions;
import io.octospark.cli.options.FormatOption;
import io.octospark.compute.Backend;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.Bitstream;
import io.octospark.compute.xrt.Tiling;
import io.octospark.compute.xrt.UnitDesign;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.placement.RunPlacement;
import io.octospark.placement.UnitAssignment;
import io.octospark.run.RunPlan;
import io.octospark.xrt.Card;
import io.octospark.xrt.xclbin.ClockFrequency;
import io.octospark.xrt.xclbin.KernelArgument;
import io.octospark.xrt.xclbin.KernelInstance;
import io.octospark.xrt.xclbin.MemoryBank;
import io.octospark.xrt.xclbin.XclbinDesign;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        description =
                "Shows what would run where, without running or writing anything. For each partition it lists unit, host,"
                        + " card, bitstream, memory banks in the order of the calls' arguments, the fit of the matrix to the design,"
                        + " the card memory for both copies of the matrix, and a lower bound of a product's time, derived from the"
                        + " kernels' sources. It also shows what a reduced operator would save.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PlanCommand implements Callable<Integer> {
    private static final List<String> COLUMNS = List.of(
            "partition",
            "id",
            "cu",
            "host",
            "card",
            "bitstream",
            "banks",
            "first_grid",
            "grids",
            "matrix",
            "design",
            "fit",
            "card_mib",
            "product_ms");
    private static final long MIB = 1 << 20;

    @Mixin
    private ExperimentOptions options;

    @Mixin
    private FormatOption format;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Experiment experiment = options.read(Optional.empty());
        try (SparkSession spark = options.session(experiment, common.master())) {
            RunPlan plan = options.plan(spark, experiment, common.results());
            List<List<Object>> rows = new ArrayList<>();
            Set<String> remarks = new LinkedHashSet<>();
            for (UnitAssignment assignment : plan.assignments()) {
                rows.add(
                        plan.backend() instanceof XrtBackend xrt
                                ? onCard(assignment, xrt, !plan.options().onThisHost(), remarks)
                                : row(assignment, plan.backend(), "cpu", null, null, null, null, null, null));
            }
            format.format().print(COLUMNS, rows, spec.commandLine().getOut());
            long units = plan.assignments().stream()
                    .mapToInt(UnitAssignment::id)
                    .distinct()
                    .count();
            spec.commandLine()
                    .getErr()
                    .printf(
                            "%s on %s, %s%n",
                            Messages.count(plan.gridsPerRepeat(), "grid"),
                            Messages.count(units, plan.backend().key() + " unit"),
                            Messages.count(experiment.redundant(), "repeat"));
            remarks.forEach(spec.commandLine().getErr()::println);
        }
        return ExitCode.DONE;
    }

    private static List<Object> onCard(
            UnitAssignment assignment, XrtBackend xrt, boolean elsewhere, Set<String> remarks) {
        UnitAddress address = assignment.address();
        String card = elsewhere ? address.card() : card(address, xrt);
        Bitstream bitstream;
        try {
            bitstream = xrt.bitstream(address);
        } catch (InvalidInputException e) {
            if (elsewhere) {
                // The file may be on the hosts of the cards, which plan does not contact.
                remarks.add(address.bitstream() + ": not known on this host (" + e.code()
                        + "), so neither is its design; octospark check --cluster asks the hosts whether they have it");
                return row(assignment, xrt, card, address.bitstream(), null, null, null, null, null);
            }
            throw e;
        }
        UnitDesign design = bitstream.unit(address);
        Tiling tiling = RunPlacement.tiling(assignment.problem(), xrt, design.size());
        savings(assignment.problem(), xrt, bitstream.xclbin().design(), tiling).ifPresent(remarks::add);
        return row(
                assignment,
                xrt,
                card,
                address.bitstream(),
                banks(design.dotprod()) + " / " + banks(design.update()),
                design.size().toString(),
                tiling.describe(),
                (2L * xrt.matrices(assignment.problem()) * tiling.matrixBytes() + MIB - 1) / MIB,
                leastMillis(bitstream.xclbin().design(), tiling));
    }

    /**
     * Returns one line on a product with a reduced operator; empty if that has no fewer rows than the operator in use.
     */
    private static Optional<String> savings(
            InversionProblem problem, XrtBackend xrt, XclbinDesign xclbin, Tiling inUse) {
        OperatorForm form = OperatorForm.REDUCED;
        if (form.rows(problem) >= inUse.rows() || form.obstacle(Precision.FLOAT64, problem) != null) {
            return Optional.empty();
        }
        XrtBackend reduced = xrt.with(form);
        Tiling here = RunPlacement.tiling(problem, reduced, inUse.design());
        String other = RunPlacement.smallest(problem, reduced)
                .filter(design -> !design.size().equals(inUse.design()))
                .map(design -> "; on " + design.name() + ": "
                        + product(xclbin, RunPlacement.tiling(problem, reduced, design.size())))
                .orElse("");
        return Optional.of("--operator %s: %s; on this design: %s in place of %s%s"
                .formatted(
                        form, OperatorForm.reduction(problem), product(xclbin, here), product(xclbin, inUse), other));
    }

    /** Returns the tiles of a product, and its time at the clock of the design in use if the file gives that clock. */
    private static String product(XclbinDesign xclbin, Tiling tiling) {
        Double millis = leastMillis(xclbin, tiling);
        return tiling.tiles()
                + (tiling.tiles() == 1 ? " tile" : " tiles")
                + (millis == null ? "" : ", product_ms " + millis);
    }

    private static String card(UnitAddress address, XrtBackend xrt) {
        Card card = xrt.card(xrt.cards(), address.card());
        return card.bdf().isEmpty() ? address.card() : card.bdf();
    }

    private static List<Object> row(
            UnitAssignment assignment,
            Backend backend,
            String card,
            String bitstream,
            String banks,
            String design,
            String fit,
            Long cardMib,
            Double productMillis) {
        String matrix = backend.operator().rows(assignment.problem()) + " rows x "
                + assignment.problem().grid().cells() + " cols";
        UnitAddress address = assignment.address();
        return Arrays.asList(
                assignment.partition(),
                assignment.id(),
                assignment.cu(),
                address == null ? null : address.host(),
                card,
                bitstream,
                banks,
                assignment.firstGrid(),
                assignment.grids(),
                matrix,
                design,
                fit,
                cardMib,
                productMillis);
    }

    /**
     * Returns a lower bound in milliseconds, from the kernels' sources: eight complex numbers of the matrix in each
     * cycle of the kernel clock, with memory that keeps up. Null if the file gives no clock.
     */
    private static Double leastMillis(XclbinDesign design, Tiling tiling) {
        double cycles = (double) tiling.tiles()
                * tiling.design().rows()
                * tiling.design().cols()
                / 8;
        return design.clocks().stream()
                .filter(clock -> clock.type() == ClockFrequency.Type.DATA)
                .findFirst()
                .map(clock -> Math.round(cycles / clock.megahertz()) / 1e3)
                .orElse(null);
    }

    /** Returns the banks in the order of the call's arguments. */
    private static String banks(KernelInstance unit) {
        return unit.arguments().stream()
                .map(KernelArgument::bank)
                .map(bank -> bank.map(MemoryBank::tag).orElse("none"))
                .collect(Collectors.joining(" "));
    }
}
