package io.octospark.cli;

import io.octospark.cluster.BackendChoice;
import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.model.Precision;
import io.octospark.model.experiment.Experiment;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
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

    /** Whether cards were asked for by name. */
    boolean onCards() {
        return kind == Kind.XRT || kind == Kind.XRT_EMULATED;
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
                    case CPU -> new CpuBackend(experiment.precision());
                    case XRT, XRT_EMULATED -> cards(experiment);
                    case AUTO -> {
                        BackendChoice choice = BackendChoice.automatic(experiment, thisHost);
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
