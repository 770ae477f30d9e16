package io.octospark.bitstreams;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.octospark.compute.xrt.DesignCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** C simulation of the FPGA kernels: g++ compiles their sources, the results are compared with float64 sums. */
class KernelSimulationTest {
    /** Largest error allowed, relative to the sum of the terms' magnitudes; a lost term of 8000 is 1e-4. */
    private static final double TOLERANCE = 1e-6;

    private static final Path SOURCES = Path.of("bitstreams", "kernels");
    private static final List<String> COMPILER =
            List.of("g++ -std=c++17 -O3 -fPIC -shared -fcx-limited-range -ffp-contract=off -Wl,-z,defs"
                    .concat(" -Wall -Wextra -Werror -Wno-unknown-pragmas -Wno-unused-label")
                    .split(" "));

    @TempDir
    private static Path folder;

    private static final Map<Size, Kernels> KERNELS = new LinkedHashMap<>();
    private static Kernels synthesised;

    interface Kernels extends Library {
        void dotprod(Pointer matrix, Pointer vector, Pointer out);

        void update(Pointer residual, Pointer matrix, Pointer out);
    }

    record Size(int rows, int cols) {
        static final Size LARGEST = new Size(8000, 100);

        @Override
        public String toString() {
            return rows + "x" + cols;
        }
    }

    /** Sizes with 1, 2, 4 and 8 lanes, with rows that begin within packs, and with blocks that are not full. */
    static Stream<Size> sizes() {
        Stream<Size> awkward = Stream.of(
                new Size(1, 1),
                new Size(7, 3),
                new Size(13, 5),
                new Size(101, 33),
                new Size(2, 6),
                new Size(8, 3),
                new Size(40, 33),
                new Size(136, 7));
        Stream<Size> designs = DesignCatalogue.read(Path.of("conf", "designs.json")).designs().stream()
                .map(design -> new Size(design.rows(), design.cols()));
        return Stream.concat(awkward, designs).distinct();
    }

    @BeforeAll
    static void compile() throws InterruptedException, ExecutionException {
        ExecutorService compilers =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            Map<Size, Future<Kernels>> libraries = new LinkedHashMap<>();
            sizes().forEach(size -> libraries.put(size, compilers.submit(() -> compile(size))));
            Future<Kernels> withPacks = compilers.submit(() -> compile(Size.LARGEST, "-D__SYNTHESIS__"));
            for (Map.Entry<Size, Future<Kernels>> library : libraries.entrySet()) {
                KERNELS.put(library.getKey(), library.getValue().get());
            }
            synthesised = withPacks.get();
        } finally {
            compilers.shutdownNow();
        }
    }

    private static Kernels compile(Size size, String... options) throws IOException, InterruptedException {
        Path library = folder.resolve("kernels_" + size + String.join("", options) + ".so");
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(List.of(options));
        command.addAll(List.of("-DROWS=" + size.rows(), "-DCOLS=" + size.cols(), "-o", library.toString()));
        command.add(SOURCES.resolve("dotprod.cpp").toString());
        command.add(SOURCES.resolve("update.cpp").toString());
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError("g++ is needed to simulate the kernels: apt-get install g++", e);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s%n%s", String.join(" ", command), output)
                .isZero();
        return Native.load(library.toAbsolutePath().toString(), Kernels.class);
    }

    /** A matrix and vectors, and the results; complex numbers as re, im, re, im. */
    private static final class Problem {
        private final Size size;
        private final float[] matrix;
        private final float[] vector;
        private final float[] residual;

        Problem(Size size, DoubleSupplier values) {
            this.size = size;
            matrix = fill(2 * size.rows() * size.cols(), values);
            vector = fill(size.cols(), values);
            residual = fill(2 * size.rows(), values);
        }

        private static float[] fill(int length, DoubleSupplier values) {
            float[] array = new float[length];
            for (int i = 0; i < length; i++) {
                array[i] = (float) values.getAsDouble();
            }
            return array;
        }

        float[] dotprod(Kernels kernels) {
            try (Memory a = buffer(matrix);
                    Memory b = buffer(vector);
                    Memory out = output(size.rows())) {
                kernels.dotprod(a, b, out);
                return result(out, size.rows());
            }
        }

        float[] update(Kernels kernels) {
            try (Memory a = buffer(residual);
                    Memory b = buffer(matrix);
                    Memory out = output(size.cols())) {
                kernels.update(a, b, out);
                return result(out, size.cols());
            }
        }

        // A card's buffers begin at a page; 64 bytes are what a wide read needs.
        private static Memory buffer(float[] values) {
            Memory memory = new Memory(Float.BYTES * (long) values.length + 64);
            Memory aligned = memory.align(64);
            aligned.write(0, values, 0, values.length);
            return aligned;
        }

        private static Memory output(int values) {
            float[] nothing = new float[2 * values + 2];
            Arrays.fill(nothing, Float.NaN);
            return buffer(nothing);
        }

        private static float[] result(Memory out, int values) {
            float[] result = out.getFloatArray(0, 2 * values + 2);
            assertThat(Arrays.copyOfRange(result, 2 * values, 2 * values + 2))
                    .as("behind the end")
                    .containsOnly(Float.NaN);
            return Arrays.copyOf(result, 2 * values);
        }

        /** Checks {@code matrix * vector}. */
        void checkDotprod(float[] actual, double tolerance) {
            for (int row = 0; row < size.rows(); row++) {
                double re = 0;
                double im = 0;
                double magnitude = 0;
                for (int col = 0; col < size.cols(); col++) {
                    double kr = matrix[2 * (row * size.cols() + col)];
                    double ki = matrix[2 * (row * size.cols() + col) + 1];
                    re += kr * vector[col];
                    im += ki * vector[col];
                    magnitude += (Math.abs(kr) + Math.abs(ki)) * Math.abs(vector[col]);
                }
                check("row " + row, actual, row, re, im, tolerance * magnitude);
            }
        }

        /** Checks {@code matrix^H * residual}. */
        void checkUpdate(float[] actual, double tolerance) {
            for (int col = 0; col < size.cols(); col++) {
                double re = 0;
                double im = 0;
                double magnitude = 0;
                for (int row = 0; row < size.rows(); row++) {
                    double kr = matrix[2 * (row * size.cols() + col)];
                    double ki = matrix[2 * (row * size.cols() + col) + 1];
                    double ar = residual[2 * row];
                    double ai = residual[2 * row + 1];
                    re += kr * ar + ki * ai;
                    im += kr * ai - ki * ar;
                    magnitude += (Math.abs(kr) + Math.abs(ki)) * (Math.abs(ar) + Math.abs(ai));
                }
                check("column " + col, actual, col, re, im, tolerance * magnitude);
            }
        }

        private static void check(String where, float[] actual, int i, double re, double im, double allowed) {
            // Not through AssertJ: tens of thousands of numbers.
            double error = Math.hypot(actual[2 * i] - re, actual[2 * i + 1] - im);
            if (!(error <= allowed)) {
                throw new AssertionError("%s: (%s, %s) should be (%s, %s), error %s, allowed %s"
                        .formatted(where, actual[2 * i], actual[2 * i + 1], re, im, error, allowed));
            }
        }
    }

    private static Problem random(Size size) {
        SplittableRandom random = new SplittableRandom(size.hashCode());
        return new Problem(size, () -> random.nextDouble(-1, 1));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void resultsAreCloseToFloat64(Size size) {
        Problem problem = random(size);
        Kernels kernels = KERNELS.get(size);

        problem.checkDotprod(problem.dotprod(kernels), TOLERANCE);
        problem.checkUpdate(problem.update(kernels), TOLERANCE);
    }

    /** Sums of small whole numbers are exact, so every term must be there once and in its place. */
    @ParameterizedTest
    @MethodSource("sizes")
    void sumsOfWholeNumbersAreExact(Size size) {
        SplittableRandom random = new SplittableRandom(size.hashCode());
        Problem problem = new Problem(size, () -> random.nextInt(-9, 10));
        Kernels kernels = KERNELS.get(size);

        problem.checkDotprod(problem.dotprod(kernels), 0);
        problem.checkUpdate(problem.update(kernels), 0);
    }

    /** What a row or a cell holds that is not a number stays in its row or column. */
    @Test
    void notANumberDoesNotSpread() {
        Size size = new Size(40, 33);
        Problem problem = random(size);
        Kernels kernels = KERNELS.get(size);
        float[] dotprod = problem.dotprod(kernels);
        float[] update = problem.update(kernels);

        int row = 17;
        int col = 32;
        problem.matrix[2 * (row * size.cols() + col)] = Float.NaN;
        float[] dotprodWithNaN = problem.dotprod(kernels);
        float[] updateWithNaN = problem.update(kernels);

        assertThat(dotprodWithNaN[2 * row]).isNaN();
        dotprodWithNaN[2 * row] = dotprod[2 * row];
        assertThat(dotprodWithNaN).isEqualTo(dotprod);
        assertThat(updateWithNaN[2 * col]).isNaN();
        assertThat(updateWithNaN[2 * col + 1]).isNaN();
        assertThat(Arrays.copyOf(updateWithNaN, 2 * col)).isEqualTo(Arrays.copyOf(update, 2 * col));
    }

    /** Zero rows and columns are what a smaller problem is padded with. */
    @Test
    void zeroRowsAndColumnsChangeNothing() {
        Size size = Size.LARGEST;
        Problem problem = random(size);
        int rows = 4000;
        int cols = 77;
        for (int row = 0; row < size.rows(); row++) {
            int from = row < rows ? cols : 0;
            Arrays.fill(problem.matrix, 2 * (row * size.cols() + from), 2 * (row + 1) * size.cols(), 0);
        }
        Kernels kernels = KERNELS.get(size);

        float[] dotprod = problem.dotprod(kernels);
        problem.checkDotprod(dotprod, TOLERANCE);
        assertThat(Arrays.copyOfRange(dotprod, 2 * rows, 2 * size.rows())).containsOnly(0);
        float[] update = problem.update(kernels);
        problem.checkUpdate(update, TOLERANCE);
        assertThat(Arrays.copyOfRange(update, 2 * cols, 2 * size.cols())).containsOnly(0);
    }

    @Test
    void callsInSeveralThreadsGiveTheSameBits() throws InterruptedException, ExecutionException {
        Problem problem = random(Size.LARGEST);
        Kernels kernels = KERNELS.get(Size.LARGEST);
        float[] dotprod = problem.dotprod(kernels);
        float[] update = problem.update(kernels);

        ExecutorService units = Executors.newFixedThreadPool(4);
        try {
            List<Future<float[]>> dotprods = new ArrayList<>();
            List<Future<float[]>> updates = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                dotprods.add(units.submit(() -> problem.dotprod(kernels)));
                updates.add(units.submit(() -> problem.update(kernels)));
            }
            for (Future<float[]> result : dotprods) {
                assertThat(result.get()).isEqualTo(dotprod);
            }
            for (Future<float[]> result : updates) {
                assertThat(result.get()).isEqualTo(update);
            }
        } finally {
            units.shutdownNow();
        }
    }

    /** What only synthesis compiles, the wide port, reads the same. */
    @Test
    void wideReadsOfSynthesisGiveTheSameBits() {
        Problem problem = random(Size.LARGEST);
        Kernels kernels = KERNELS.get(Size.LARGEST);

        assertThat(problem.dotprod(synthesised)).isEqualTo(problem.dotprod(kernels));
        assertThat(problem.update(synthesised)).isEqualTo(problem.update(kernels));
    }
}
