package io.octospark.physics.forward;

import io.octospark.benchmark.Work;
import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.ForwardModelSettings.Solver;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.GreensFunction;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast one core computes products with Gv, and total fields of one frequency. The figures are {@code
 * perProcessorSecond}: products, and frequencies.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ForwardModelBenchmark {
    private static final double VELOCITY = 2000;
    private static final double LOWEST_HZ = 5;
    private static final double HIGHEST_HZ = 12;

    private static Grid grid(int n) {
        return Grid.of(n, n, new Position(-300, 0), new Position(300, 600));
    }

    /** Contrast sources, and what sends out their field. */
    @State(Scope.Thread)
    public static class Convolution {
        @Param({"16", "32", "64", "70", "128", "256"})
        public int n;

        GreensConvolution gv;
        ComplexVector sources;
        ComplexVector field;

        @Setup
        public void make() {
            gv = new GreensConvolution(grid(n), 2 * Math.PI * HIGHEST_HZ / VELOCITY);
            sources = new ComplexVector(Cases.contrast(n * n, 1), Cases.contrast(n * n, 0.5));
            field = ComplexVector.zeros(n * n);
        }
    }

    /** The same with the full matrix, row after row; 64 x 64 cells take 256 MiB. */
    @State(Scope.Thread)
    public static class FullMatrix {
        @Param({"16", "32", "64"})
        public int n;

        double[][] re;
        double[][] im;
        ComplexVector sources;
        ComplexVector field;

        @Setup
        public void make() {
            Grid grid = grid(n);
            double k = 2 * Math.PI * HIGHEST_HZ / VELOCITY;
            re = new double[n * n][n * n];
            im = new double[n * n][n * n];
            for (int x = 0; x < n * n; x++) {
                for (int y = 0; y < n * n; y++) {
                    double distance = grid.centre(x % n, x / n).distanceTo(grid.centre(y % n, y / n));
                    re[x][y] = grid.cellVolume() * GreensFunction.re(k, distance);
                    im[x][y] = grid.cellVolume() * GreensFunction.im(k, distance);
                }
            }
            sources = new ComplexVector(Cases.contrast(n * n, 1), Cases.contrast(n * n, 0.5));
            field = ComplexVector.zeros(n * n);
        }
    }

    /** A circle of contrast 0.3, half the grid wide, under 32 sources. */
    @State(Scope.Thread)
    public static class Medium {
        @Param({"neumann", "fitted", "gmres", "pml", "abc"})
        public String model;

        @Param({"32", "64", "128"})
        public int n;

        @Param({"0", "9"})
        public int frequency;

        ForwardModel forward;
        double[] contrast;

        @Setup
        public void make() {
            List<Position> line = Survey.line(new Position(-300, -5), new Position(300, -5), 32);
            Survey survey = new Survey(VELOCITY, Survey.frequencies(LOWEST_HZ, HIGHEST_HZ, 10), line, line);
            forward = ForwardModels.of(grid(n), survey, settings());
            contrast = new double[n * n];
            Arrays.setAll(contrast, i -> {
                int row = i / n;
                return Math.hypot(i % n + 0.5 - n / 2.0, row + 0.5 - n / 2.0) < n / 4.0 ? 0.3 : 0;
            });
        }

        private ForwardModelSettings settings() {
            return switch (model) {
                case "neumann" -> new Integral(Solver.NEUMANN_SERIES, 200, 1e-8);
                case "fitted" -> new Integral(Solver.FITTED_SERIES, 200, 1e-8);
                case "gmres" -> new Integral(Solver.GMRES, 200, 1e-8);
                case "pml" -> new FiniteDifference(0.5, 0.5, 4, 6.31);
                case "abc" -> new FiniteDifference(0, 0, 4, 6.31);
                default -> throw new IllegalArgumentException(model);
            };
        }
    }

    /** A product by Fourier transforms. */
    @Benchmark
    public ComplexVector convolution(Convolution convolution, Work work) {
        work.add(1);
        convolution.gv.apply(convolution.sources, convolution.field);
        return convolution.field;
    }

    /** The same product by the full matrix. */
    @Benchmark
    public ComplexVector matrix(FullMatrix matrix, Work work) {
        work.add(1);
        double[] sourcesRe = matrix.sources.re();
        double[] sourcesIm = matrix.sources.im();
        for (int x = 0; x < matrix.re.length; x++) {
            double[] re = matrix.re[x];
            double[] im = matrix.im[x];
            double sumRe = 0;
            double sumIm = 0;
            for (int y = 0; y < re.length; y++) {
                sumRe += re[y] * sourcesRe[y] - im[y] * sourcesIm[y];
                sumIm += re[y] * sourcesIm[y] + im[y] * sourcesRe[y];
            }
            matrix.field.re()[x] = sumRe;
            matrix.field.im()[x] = sumIm;
        }
        return matrix.field;
    }

    /** Total fields of all sources at one frequency. */
    @Benchmark
    public ComplexVector[] totalFields(Medium medium, Work work) {
        work.add(1);
        return medium.forward.totalFields(medium.frequency, medium.contrast);
    }
}
