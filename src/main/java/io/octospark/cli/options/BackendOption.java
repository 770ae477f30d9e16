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

/** The options {@code --backend} and {@code --operator}. */
final class BackendOption {
    private enum Kind {
        CPU,
        XRT,
        XRT_EMULATED,
        AUTO;

        /** Returns the name that users write. */
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
            description =
                    "Kind of compute units: cpu (cores), xrt (FPGA cards through the Xilinx Runtime), xrt-emulated (emulated"
                            + " cards) or auto. auto uses cards if this host has them and the bitstreams, else cpu. Default: auto, or the"
                            + " backend of the run that --resume names.")
    private Kind given;

    @Option(
            names = "--operator",
            paramLabel = "FORM",
            converter = OperatorName.Converter.class,
            description =
                    "Form of the operator. dense: the matrix of all measurements. reduced: a matrix with fewer rows and the same"
                            + " results, either its triangular factor, half as many rows as cells, or its rows without those that are"
                            + " equal by reciprocity. Both compute one grid at a time per product. On CPU cores only: gram, the normal"
                            + " operator, which computes many grids at once; factored, which needs no matrix. Default: dense on cards;"
                            + " on CPU cores the fastest form that gives the same results and fits the memory.")
    private Optional<OperatorName> operator;

    /** Takes missing options from a run that is resumed. */
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

    /** Returns whether the user asked for cards by name. */
    boolean onCards() {
        Kind kind = kind();
        return kind == Kind.XRT || kind == Kind.XRT_EMULATED;
    }

    /** Returns the form that the user asked for, after checking that it suits the experiment. */
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

    /** Returns CPU cores with the requested form, or with the form that is expected to be fastest; prints that choice. */
    private CpuBackend cores(Experiment experiment, long gridsPerCore, long memory, PrintWriter err) {
        OperatorForm form = wanted(experiment, false).orElseGet(() -> {
            OperatorChoice choice = choice(experiment, gridsPerCore, memory);
            err.println("operator: " + choice.form() + ", because " + choice.reason());
            return choice.form();
        });
        return new CpuBackend(experiment.precision(), form);
    }

    /** Returns the CPU cores that take over when cards fail. */
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

    /** Returns the cards that the user asked for by name. */
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
     * Returns the backend for an experiment. Prints one line about each choice that was left to OctoSpark.
     *
     * @param thisHost whether the units are on this host
     * @param gridsPerUnit grids that a unit inverts, all repeats together
     * @param memory limit for the operator in bytes
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
