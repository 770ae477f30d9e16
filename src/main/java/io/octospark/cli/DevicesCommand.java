package io.octospark.cli;

import io.octospark.cli.options.CardBackendOption;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.FormatOption;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.AcceleratorSettings;
import io.octospark.xrt.Card;
import io.octospark.xrt.XrtDevice;
import io.octospark.xrt.XrtException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "devices",
        description = "Lists the FPGA cards of this host and opens each card to see whether it is usable.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DevicesCommand implements Callable<Integer> {
    @Mixin
    private CardBackendOption cards;

    @Mixin
    private FormatOption format;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        XrtBackend backend = cards.backend(AcceleratorSettings.DEFAULT);
        List<List<Object>> rows = new ArrayList<>();
        for (Card card : backend.cards()) {
            rows.add(List.of(backend.key(), card.index(), card.bdf(), card.name(), state(backend, card)));
        }
        if (rows.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            cards.emulated()
                                    ? "no emulated cards: OCTOSPARK_EMU_CARDS = 0"
                                    : "no FPGA card with the driver xocl on this host; --backend xrt-emulated lists the emulated ones");
        }
        format.format()
                .print(
                        List.of("backend", "index", "bdf", "platform", "state"),
                        rows,
                        spec.commandLine().getOut());
        return ExitCode.DONE;
    }

    @SuppressWarnings("try") // opening is the whole test
    private static String state(XrtBackend backend, Card card) {
        try (XrtDevice device = backend.open(card)) {
            return "ready";
        } catch (XrtException e) {
            return e.getMessage();
        }
    }
}
