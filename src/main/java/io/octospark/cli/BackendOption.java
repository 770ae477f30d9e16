package io.octospark.cli;

import io.octospark.cluster.BackendChoice;
import io.octospark.compute.Backend;
import io.octospark.compute.OperatorForm;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.model.InvalidInputException;
import io.octospark.model.Precision;
import io.octospark.model.experiment.Experiment;
import io.octospark.model.experiment.InversionProblem;
import io.octospark.model.experiment.KernelSpec;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --backend}. */
final class BackendOption {
    private enum Kind {
        CPU,
        XRT,
        XRT_EMULATED,
        AUTO;

        /** As users write it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String text) {
            return Arrays.stream(Kind.values())
                    .filter(kind -> kind.toString().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "--backend = " + text + ": must be cpu, xrt, xrt-emulated or auto; correct the value"));
        }
    }

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "auto",
            converter = KindConverter.class,
            description = "What the compute units are: cpu cores, FPGA cards through the Xilinx Runtime (xrt), emulated"
                    + " cards (xrt-emulated), or auto: cards if this host has them and the bitstreams, else cpu."
                    + " Default: ${DEFAULT-VALUE}.")
    private Kind kind;

    @Option(
            names = "--operator",
            paramLabel = "FORM",
            description = "dense, the matrix of all measurements; folded, without rows that are equal by reciprocity;"
                    + " compressed, its triangular factor, half as many rows as cells: each with the same results,"
                    + " one grid at a time for each product; or, on cpu cores alone, gram, the normal operator,"
                    + " many grids at once. Default: dense on cards, on cpu cores gram wherever that gives the"
                    + " same results.")
    private Optional<OperatorForm> operator;

    /** Whether cards were asked for by name. */
    boolean onCards() {
        return kind == Kind.XRT || kind == Kind.XRT_EMULATED;
    }

    /** The form that was asked for; else the normal operator on CPU cores where it can do it, and the dense one. */
    private OperatorForm operator(Experiment experiment, boolean onCards) {
        OperatorForm wanted = operator.orElse(onCards ? OperatorForm.DENSE : OperatorForm.GRAM);
        if (onCards && wanted == OperatorForm.GRAM) {
            throw new InvalidInputException("--operator = gram: is for cpu cores, the kernels of cards have no product"
                    + " with the normal operator; use dense, folded or compressed, or --backend cpu");
        }
        Stream<InversionProblem> problems = Stream.concat(
                Stream.of(experiment.problem()), experiment.kernels().stream().map(KernelSpec::problem));
        Optional<String> obstacle = problems.map(
                        problem -> Optional.ofNullable(wanted.obstacle(experiment.precision(), problem)))
                .flatMap(Optional::stream)
                .findFirst();
        if (operator.isPresent() && obstacle.isPresent()) {
            throw new InvalidInputException(
                    "--operator = " + wanted + ": " + obstacle.get() + "; use dense, or correct the experiment");
        }
        return obstacle.isPresent() ? OperatorForm.DENSE : wanted;
    }

    /** The cards that were asked for by name. */
    XrtBackend cards(Experiment experiment) {
        XrtBackend cards = kind == Kind.XRT
                ? XrtBackend.ofHost(experiment.accelerator())
                : XrtBackend.emulated(experiment.accelerator());
        return cards.with(operator(experiment, true));
    }

    private BackendChoice automatic(Experiment experiment, boolean thisHost) {
        OperatorForm onCpu = operator(experiment, false);
        return operator.equals(Optional.of(OperatorForm.GRAM))
                ? new BackendChoice(new CpuBackend(experiment.precision(), onCpu), "--operator gram is for cpu cores")
                : BackendChoice.automatic(experiment, thisHost, onCpu, operator(experiment, true));
    }

    /**
     * The backend for an experiment. Says in one line what it has chosen where that was left to it.
     *
     * @param thisHost whether the units are on this host
     */
    Backend choose(Experiment experiment, boolean thisHost, PrintWriter err) {
        Backend backend =
                switch (kind) {
                    case CPU -> new CpuBackend(experiment.precision(), operator(experiment, false));
                    case XRT, XRT_EMULATED -> cards(experiment);
                    case AUTO -> {
                        BackendChoice choice = automatic(experiment, thisHost);
                        err.println("backend: " + choice.backend().key() + ", because " + choice.reason());
                        yield choice.backend();
                    }
                };
        if (backend instanceof XrtBackend && experiment.precision() != Precision.FLOAT32) {
            err.println("precision: " + experiment.precision()
                    + " is for cpu units; cards compute both products in float32");
        }
        err.flush();
        return backend;
    }
}
