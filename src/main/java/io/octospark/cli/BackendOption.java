package io.octospark.cli;

import io.octospark.cluster.BackendChoice;
import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.cpu.OperatorForm;
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
            description =
                    "On cpu cores: dense, the matrix of all measurements, one grid at a time as on a card; or gram, the"
                            + " normal operator, many grids at once. Default: gram wherever that gives the same results.")
    private Optional<OperatorForm> operator;

    /** Whether cards were asked for by name. */
    boolean onCards() {
        return kind == Kind.XRT || kind == Kind.XRT_EMULATED;
    }

    /** The form that was asked for, or the faster one that can do it. */
    private OperatorForm operator(Experiment experiment) {
        Stream<InversionProblem> problems = Stream.concat(
                Stream.of(experiment.problem()), experiment.kernels().stream().map(KernelSpec::problem));
        Optional<String> obstacle = problems.map(
                        problem -> Optional.ofNullable(OperatorForm.GRAM.obstacle(experiment.precision(), problem)))
                .flatMap(Optional::stream)
                .findFirst();
        if (operator.equals(Optional.of(OperatorForm.GRAM)) && obstacle.isPresent()) {
            throw new InvalidInputException(
                    "--operator = gram: " + obstacle.get() + "; use dense, or correct the experiment");
        }
        return operator.orElse(obstacle.isPresent() ? OperatorForm.DENSE : OperatorForm.GRAM);
    }

    /** The cards that were asked for by name. */
    XrtBackend cards(Experiment experiment) {
        return kind == Kind.XRT
                ? XrtBackend.ofHost(experiment.accelerator())
                : XrtBackend.emulated(experiment.accelerator());
    }

    /**
     * The backend for an experiment. Says in one line what it has chosen where that was left to it.
     *
     * @param thisHost whether the units are on this host
     */
    Backend choose(Experiment experiment, boolean thisHost, PrintWriter err) {
        Backend backend =
                switch (kind) {
                    case CPU -> new CpuBackend(experiment.precision(), operator(experiment));
                    case XRT, XRT_EMULATED -> cards(experiment);
                    case AUTO -> {
                        BackendChoice choice = BackendChoice.automatic(experiment, thisHost, operator(experiment));
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
