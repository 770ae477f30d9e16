package io.octospark.cli.options;

import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorChoice;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.DataKind;
import io.octospark.model.Precision;
import io.octospark.placement.BackendChoice;
import io.octospark.results.StoredRun;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
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
            converter = KindConverter.class,
            description = "What the compute units are: cpu cores, FPGA cards through the Xilinx Runtime (xrt), emulated"
                    + " cards (xrt-emulated), or auto: cards if this host has them and the bitstreams, else cpu."
                    + " Default: auto; of a run that is resumed what it had.")
    private Kind given;

    @Option(
            names = "--operator",
            paramLabel = "FORM",
            converter = OperatorName.Converter.class,
            description =
                    "dense, the matrix of all measurements; reduced, a matrix of fewer rows with the same results,"
                            + " which are its triangular factor, half as many as cells, or its rows without those that are equal"
                            + " by reciprocity: either takes one grid at a time for each product. On cpu cores alone: gram, the normal operator, many grids at"
                            + " once; factored, without a matrix. Default: dense on cards, on cpu cores the quickest that gives"
                            + " the same results and fits the memory.")
    private Optional<OperatorName> operator;

    /** Takes what is not given from a run that is to be resumed. */
    void complete(StoredRun run) {
        if (given == null) {
            given = new KindConverter().convert(run.backend());
        }
        if (given.toString().equals(run.backend())) {
            operator = operator.or(() -> Optional.of(
                    new OperatorName.Converter().convert(run.identity().operator())));
        }
    }

    private Kind kind() {
        return given == null ? Kind.AUTO : given;
    }

    /** Whether cards were asked for by name. */
    boolean onCards() {
        Kind kind = kind();
        return kind == Kind.XRT || kind == Kind.XRT_EMULATED;
    }

    /** The form that was asked for, if it can do it. */
    private Optional<OperatorForm> wanted(Experiment experiment, boolean onCards) {
        Optional<OperatorForm> wanted = operator.map(OperatorName::form);
        if (onCards && wanted.isPresent() && wanted.get().isForCores()) {
            throw new InvalidInputException(
                    ErrorCode.OPERATOR_UNFIT,
                    "--operator = " + wanted.get() + ": is for cpu cores, the kernels of cards have no product with it",
                    "use dense or reduced, or --backend cpu");
        }
        wanted.ifPresent(form -> experiment
                .problems()
                .map(problem -> form.obstacle(experiment.precision(), problem))
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(obstacle -> {
                    throw new InvalidInputException(
                            ErrorCode.OPERATOR_UNFIT,
                            "--operator = " + form + ": " + obstacle,
                            "use dense, or correct the experiment");
                }));
        return wanted;
    }

    /** CPU cores with the form that was asked for, else with the one that is expected to be quickest, which is said. */
    private CpuBackend cores(Experiment experiment, long gridsPerCore, long memory, PrintWriter err) {
        OperatorForm form = wanted(experiment, false).orElseGet(() -> {
            OperatorChoice choice = choice(experiment, gridsPerCore, memory);
            err.println("operator: " + choice.form() + ", because " + choice.reason());
            return choice.form();
        });
        return new CpuBackend(experiment.precision(), form);
    }

    /** CPU cores that go on where cards can't. */
    static CpuBackend fallback(Experiment experiment, long gridsPerCore, long memory) {
        return new CpuBackend(
                experiment.precision(), choice(experiment, gridsPerCore, memory).form());
    }

    private static OperatorChoice choice(Experiment experiment, long gridsPerCore, long memory) {
        return OperatorChoice.forCores(
                experiment.precision(),
                experiment.problems().distinct().toList(),
                experiment.dataKind() == DataKind.PRESSURE,
                gridsPerCore,
                memory);
    }

    /** The cards that were asked for by name. */
    XrtBackend cards(Experiment experiment) {
        XrtBackend cards = kind() == Kind.XRT
                ? XrtBackend.ofHost(experiment.accelerator())
                : XrtBackend.emulated(experiment.accelerator());
        return cards.with(onCards(experiment));
    }

    private OperatorForm onCards(Experiment experiment) {
        return wanted(experiment, true).orElse(OperatorForm.DENSE);
    }

    private BackendChoice automatic(Experiment experiment, boolean thisHost) {
        return operator.isPresent() && operator.get().form().isForCores()
                ? new BackendChoice(
                        Optional.empty(), "--operator " + operator.get().form() + " is for cpu cores")
                : BackendChoice.automatic(experiment, thisHost, onCards(experiment));
    }

    /**
     * The backend for an experiment. Says in one line what it has chosen where that was left to it.
     *
     * @param thisHost whether the units are on this host
     * @param gridsPerUnit grids that a unit inverts, all repeats together
     * @param memory bytes that the operator may take
     */
    Backend choose(Experiment experiment, boolean thisHost, long gridsPerUnit, long memory, PrintWriter err) {
        Backend backend =
                switch (kind()) {
                    case CPU -> cores(experiment, gridsPerUnit, memory, err);
                    case XRT, XRT_EMULATED -> cards(experiment);
                    case AUTO -> {
                        BackendChoice choice = automatic(experiment, thisHost);
                        String key = choice.cards().isPresent() ? XrtBackend.KEY : CpuBackend.KEY;
                        err.println("backend: " + key + ", because " + choice.reason());
                        yield choice.cards().isPresent()
                                ? choice.cards().get()
                                : cores(experiment, gridsPerUnit, memory, err);
                    }
                };
        operator.flatMap(OperatorName::renamed).ifPresent(err::println);
        if (backend.operator() == OperatorForm.REDUCED) {
            experiment
                    .problems()
                    .map(OperatorForm::reduction)
                    .distinct()
                    .forEach(reduction -> err.println("reduced operator: " + reduction));
        }
        if (backend.isOnCards() && experiment.precision() != Precision.FLOAT32) {
            err.println("precision: " + experiment.precision()
                    + " is for cpu units; cards compute both products in float32");
        }
        err.flush();
        return backend;
    }
}
