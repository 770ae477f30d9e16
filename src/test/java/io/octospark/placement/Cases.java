package io.octospark.placement;

import io.octospark.config.AcceleratorSettings;
import io.octospark.config.Experiment;
import io.octospark.config.KernelSpec;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Precision;
import io.octospark.model.Survey;
import io.octospark.xrt.emulator.EmulatorOptions;
import java.util.List;

/** What the tests of placements share. */
final class Cases {
    private Cases() {}

    /** A problem with so many measurements, and cells in rows of five. */
    static InversionProblem problem(int measurements, int cells) {
        return new InversionProblem(
                Grid.of(5, cells / 5, new Position(0, 0), new Position(50, 40)),
                new Survey(
                        2000,
                        Survey.frequencies(10, 40, measurements),
                        List.of(new Position(0, -5)),
                        List.of(new Position(9, -5))),
                new InversionSettings(InversionMode.STANDARD, 1e-6, 10, 100, 1));
    }

    static Experiment experiment(InversionProblem problem, KernelSpec... kernels) {
        return new Experiment(
                "case",
                problem,
                "grids.txt",
                DataKind.CONTRAST,
                null,
                1,
                1,
                Precision.FLOAT32,
                List.of(kernels),
                AcceleratorSettings.DEFAULT,
                "{}",
                List.of());
    }

    /** Loading an emulated card's library leaves its options in the environment, where other tests would find them. */
    static void forgetEmulatedCards() {
        EmulatorOptions.forget(List.of("OCTOSPARK_EMU_CARDS", "OCTOSPARK_EMU_BDFS"));
    }
}
