package io.octospark.xrt.xclbin;

import static io.octospark.xrt.xclbin.RawXclbin.memory;
import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.fuzz.Fuzz;
import io.octospark.fuzz.FuzzFile;
import io.octospark.fuzz.Mutations;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any bytes give an {@link Xclbin}, or are refused. */
class XclbinFuzzTest {
    private static final int EXECUTIONS = 30_000;
    private static final byte[] XML = RawXclbin.ascii(RawXclbin.XML);
    private static final byte[] SIZE = RawXclbin.keyValues("octospark_rows", "8000", "octospark_cols", "100");
    private static final List<byte[]> SOUND = List.of(
            RawXclbin.small().build(),
            RawXclbin.small()
                    .with(0, new byte[50])
                    .with(15, SIZE)
                    .with(26, RawXclbin.memories(memory(6, 1, 1024, 0, "HBM[0]"), memory(9, 1, 0, 0, "stream")))
                    .with(27, RawXclbin.connections(new int[] {0, 0, 0}, new int[] {1, 0, 1}))
                    .build());

    @Test
    void anyBytesAreReadOrRefused() throws Exception {
        try (FuzzFile file = new FuzzFile("x.xclbin")) {
            Fuzz.Outcome outcome = Fuzz.run("xclbin", EXECUTIONS, XclbinFuzzTest::next, input -> () -> {
                Xclbin xclbin =
                        input.length % 50 == 0 ? XclbinReader.read(file.with(input)) : XclbinReader.read(input, "x");
                xclbin.design().units().forEach(unit -> unit.arguments().forEach(KernelArgument::group));
                return xclbin;
            });

            // Neither outcome is rare: the damage gets past the header, and most of it is noticed.
            assertThat(outcome.read()).isGreaterThan(EXECUTIONS / 20);
            assertThat(outcome.refused()).isGreaterThan(EXECUTIONS / 20);
        }
    }

    private static byte[] next(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0, 1 ->
                RawXclbin.small()
                        .with(2, Mutations.ofText(random, List.of(XML)))
                        .build();
            case 2 ->
                RawXclbin.small()
                        .with(15, Mutations.ofText(random, List.of(SIZE)))
                        .build();
            case 3 -> Mutations.ofBytes(random, SOUND);
            default -> new XclbinMutations(random.nextLong(), SOUND).next();
        };
    }
}
