package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.UnitAddress;
import io.octospark.config.AcceleratorSettings;
import io.octospark.config.KernelSpec.Function;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;
import io.octospark.xrt.XrtException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A unit that hangs is never let go of, so it needs a process of its own. */
class HungUnitTest {
    @Test
    void aUnitThatHangsHasNoSecondTry(@TempDir Path folder) throws Exception {
        Path bitstream = TestDesigns.create(folder, 6, 9, 2);
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HungUnitTest.class.getName(),
                        bitstream.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OCTOSPARK_EMU_"));
        Process child = builder.start();
        try {
            boolean ended = child.waitFor(60, TimeUnit.SECONDS);
            assertThat(ended).as("ended in time: %s", Files.readString(output)).isTrue();
            assertThat(child.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    private static UnitAddress address(String bitstream, int unit) {
        return new UnitAddress(
                null,
                "0",
                bitstream,
                null,
                new Function("dotprod_" + unit, List.of()),
                new Function("update_" + unit, List.of()),
                null);
    }

    /** What happens in that process. */
    public static void main(String[] args) {
        BornOperator operator = new BornOperator(
                Grid.of(3, 3, new Position(-300, 0), new Position(300, 300)),
                new Survey(
                        2000,
                        List.of(10.0),
                        Survey.line(new Position(-480, -5), new Position(480, -5), 2),
                        Survey.line(new Position(-480, -5), new Position(480, -5), 3)));
        // The self-test has the call that goes well.
        XrtBackend backend = new XrtBackend(
                        true,
                        new AcceleratorSettings("", Duration.ofMillis(200), 1, 10),
                        Map.of("OCTOSPARK_EMU_FAULT", "hang:0:dotprod_1:1"))
                .quarantineAfter(3);
        UnitAddress first = address(args[0], 1);
        UnitAddress second = address(args[0], 2);
        try (ComputeUnit<LinearOperator> unit = backend.open(first, List.of(), operator, new PhaseClock())) {
            LinearOperator products = unit.products().get(0);
            assertThatThrownBy(
                            () -> products.forward(new double[operator.cells()], ComplexVector.zeros(operator.rows())))
                    .isInstanceOf(XrtException.class)
                    .hasMessageContaining("not over within the time limit of 200 ms");
        }
        assertThat(CardPools.ofProcess().current().orElseThrow().takeVerdicts())
                .singleElement()
                .satisfies(failure -> {
                    assertThat(failure.givenUp()).isTrue();
                });
        assertThatThrownBy(() -> backend.open(first, List.of(), operator, new PhaseClock()))
                .isInstanceOf(XrtException.class)
                .hasMessageContaining("open: no unit of " + args[0] + " is left; it failed with: ");
        try (ComputeUnit<LinearOperator> unit =
                backend.open(first, List.of(first, second), operator, new PhaseClock())) {
            assertThat(unit.description().cu()).isEqualTo(2);
            unit.products().get(0).forward(new double[operator.cells()], ComplexVector.zeros(operator.rows()));
        }
    }
}
