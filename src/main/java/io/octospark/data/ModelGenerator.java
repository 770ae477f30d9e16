package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.Contrast;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Generator of synthetic models: one contrast below 1 per cell, x fastest. A model depends only on its number and these
 * parameters, so models can be made in any order and on any host. Thread-safe.
 *
 * @param kind kind of the models
 * @param grid cells of the models
 * @param backgroundVelocity c0 in m/s
 * @param amplitude largest magnitude of a contrast, above 0 and below 1; no effect on {@link ModelKind#LAYERS}, which
 *     has fixed velocities
 * @param seed seed of the random kinds; the other kinds give the same model for every seed and number
 */
public record ModelGenerator(ModelKind kind, Grid grid, double backgroundVelocity, double amplitude, long seed)
        implements Serializable {
    public static final double DEFAULT_AMPLITUDE = 0.3;

    /** Velocities in m/s of the tenths of the depth, from the top. */
    private static final double[] LAYER_VELOCITIES = {
        2000, 2200, 6700.0 / 3, 2300, 6800.0 / 3, 2000, 2000, 2000, 2000, 2000
    };

    private static final int MIN_SHAPES = 4;
    private static final int MAX_SHAPES = 8;

    /**
     * Checks the parameters.
     *
     * @throws InvalidInputException if the amplitude is not between 0 and 1
     */
    public ModelGenerator {
        if (!(amplitude > 0 && amplitude < 1)) {
            throw new InvalidInputException(
                    ErrorCode.VALUE_OUT_OF_RANGE,
                    "amplitude: %s, it must be above 0 and below 1, as contrasts must".formatted(amplitude),
                    "give one like %s".formatted(DEFAULT_AMPLITUDE));
        }
    }

    /** Returns the contrasts of model {@code number}. */
    public double[] contrast(long number) {
        return switch (kind) {
            case LAYERS -> layers();
            case CAMEMBERT -> camembert();
            case SMOOTH -> smooth(random(number));
            case BLOCKY -> blocky(random(number));
            case TEMPLE -> temple();
        };
    }

    private SplittableRandom random(long number) {
        // The seed is mixed first; otherwise model 1 of seed 0 would equal model 0 of seed 1.
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
    }

    private double[] layers() {
        double[] chi = new double[grid.cells()];
        for (int iz = 0; iz < grid.nz(); iz++) {
            int layer = (int) ((long) iz * LAYER_VELOCITIES.length / grid.nz());
            double contrast = Contrast.ofVelocity(LAYER_VELOCITIES[layer], backgroundVelocity);
            Arrays.fill(chi, iz * grid.nx(), (iz + 1) * grid.nx(), contrast);
        }
        return chi;
    }

    /** Returns a disc whose radius is a quarter of the shorter side. A cell belongs to it if the cell's centre does. */
    private double[] camembert() {
        double width = grid.bottomRight().x() - grid.topLeft().x();
        double height = grid.bottomRight().z() - grid.topLeft().z();
        Position middle =
                new Position(grid.topLeft().x() + width / 2, grid.topLeft().z() + height / 2);
        double radius = Math.min(width, height) / 4;
        double[] chi = new double[grid.cells()];
        for (int iz = 0; iz < grid.nz(); iz++) {
            for (int ix = 0; ix < grid.nx(); ix++) {
                boolean inside = grid.centre(ix, iz).distanceTo(middle) <= radius;
                chi[iz * grid.nx() + ix] = inside ? amplitude : 0;
            }
        }
        return chi;
    }

    /**
     * Returns a temple, drawn in fractions of the grid's width and depth. A cell belongs to it if the cell's centre
     * does.
     */
    private double[] temple() {
        double[] chi = new double[grid.cells()];
        for (int iz = 0; iz < grid.nz(); iz++) {
            for (int ix = 0; ix < grid.nx(); ix++) {
                double fromMiddle = Math.abs((ix + 0.5) / grid.nx() - 0.5);
                double depth = (iz + 0.5) / grid.nz();
                boolean roof = depth > 0.15 && depth < 0.4 && fromMiddle < 0.35 * (depth - 0.15) / 0.25;
                boolean step = depth > 0.75 && depth < 0.85 && fromMiddle < 0.35;
                // Six columns, as wide as the gaps between them.
                boolean column =
                        depth >= 0.4 && depth <= 0.75 && fromMiddle < 0.33 && (int) (fromMiddle / 0.06 + 0.5) % 2 == 1;
                chi[iz * grid.nx() + ix] = roof || step || column ? amplitude : 0;
            }
        }
        return chi;
    }

    /** Returns a sum of Gaussian bumps, scaled to the amplitude. */
    private double[] smooth(SplittableRandom random) {
        double[] chi = new double[grid.cells()];
        int bumps = shapes(random);
        for (int bump = 0; bump < bumps; bump++) {
            double height = random.nextDouble(0.5, 1) * (random.nextBoolean() ? 1 : -1);
            double[] alongX = bell(grid.nx(), random);
            double[] alongZ = bell(grid.nz(), random);
            for (int cell = 0; cell < chi.length; cell++) {
                chi[cell] += height * alongZ[cell / grid.nx()] * alongX[cell % grid.nx()];
            }
        }
        double largest = Arrays.stream(chi).map(Math::abs).max().orElseThrow();
        // Dividing first makes the largest value exactly 1, and then exactly the amplitude.
        Arrays.setAll(chi, cell -> amplitude * (chi[cell] / largest));
        return chi;
    }

    /** Returns a Gaussian of random place and width at the centres of {@code n} cells of an axis of length 1. */
    private static double[] bell(int n, SplittableRandom random) {
        double middle = random.nextDouble();
        double width = random.nextDouble(0.1, 0.3);
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            double distance = ((i + 0.5) / n - middle) / width;
            values[i] = StrictMath.exp(-distance * distance / 2); // strict: the same model on every machine
        }
        return values;
    }

    /** Returns rectangles, each at most half as long and as wide as the grid; later ones cover earlier ones. */
    private double[] blocky(SplittableRandom random) {
        double[] chi = new double[grid.cells()];
        int blocks = shapes(random);
        for (int block = 0; block < blocks; block++) {
            double contrast = random.nextDouble(-amplitude, amplitude);
            int width = 1 + random.nextInt(grid.nx() / 2);
            int height = 1 + random.nextInt(grid.nz() / 2);
            int left = random.nextInt(grid.nx() - width + 1);
            int top = random.nextInt(grid.nz() - height + 1);
            for (int iz = top; iz < top + height; iz++) {
                Arrays.fill(chi, iz * grid.nx() + left, iz * grid.nx() + left + width, contrast);
            }
        }
        return chi;
    }

    private static int shapes(SplittableRandom random) {
        return random.nextInt(MIN_SHAPES, MAX_SHAPES + 1);
    }
}
