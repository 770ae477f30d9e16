package io.octospark.placement;

import io.octospark.compute.operator.OperatorForm;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.config.KernelSpec;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.XrtException;
import java.util.Optional;

/**
 * A backend that OctoSpark chose for the user.
 *
 * @param cards the chosen cards; empty for CPU cores
 * @param reason reason for the choice, in one line without a full stop
 */
public record BackendChoice(Optional<XrtBackend> cards, String reason) {
    /**
     * Chooses cards if everything they need is here, else CPU cores. It never chooses emulated cards, which are slower
     * than the cores.
     *
     * @param thisHost whether the units are on this host
     * @param operator form of the operator on cards
     */
    public static BackendChoice automatic(Experiment experiment, boolean thisHost, OperatorForm operator) {
        XrtBackend xrt = XrtBackend.ofHost(experiment.accelerator()).with(operator);
        String missing = thisHost ? missing(experiment, xrt) : "cards of other hosts can't be seen from here";
        return missing == null
                ? new BackendChoice(Optional.of(xrt), xrt.cards().size() + " card(s) and the bitstreams are here")
                : new BackendChoice(Optional.empty(), missing + "; --backend xrt insists on cards");
    }

    private static String missing(Experiment experiment, XrtBackend xrt) {
        if (xrt.cards().isEmpty()) {
            return "this host has no FPGA card with the driver xocl";
        }
        try {
            xrt.xrt().load();
            if (experiment.kernels().isEmpty()) {
                RunPlacement.fitting(experiment.problem(), xrt);
            }
            for (KernelSpec kernel : experiment.kernels()) {
                xrt.bitstream(kernel.pathToBitstream());
            }
            return null;
        } catch (InvalidInputException | XrtException e) {
            return e.getMessage();
        }
    }
}
