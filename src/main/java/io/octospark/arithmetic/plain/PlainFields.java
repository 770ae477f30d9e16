package io.octospark.arithmetic.plain;

import io.octospark.arithmetic.LaneFields;
import io.octospark.arithmetic.LaneScalars;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import java.util.Arrays;

/**
 * Lanes in plain Java, all in one group. A field has an array for each cell, with one number for each lane: loops over such
 * arrays are what the compiler of JDK 17 vectorises, unlike loops over parts of one large array.
 */
final class PlainFields implements LaneFields {
    /** The operator, whole, or its even and its odd block. */
    private final double[][][] blocks;

    private final int lanes;
    private final int nx;
    private final int nz;
    private final double inverseArea;

    /** 1 / 2h of the differences. */
    private final double scaleX;

    private final double scaleZ;
    private final Difference[] alongX;
    private final Difference[] alongZ;
    private final LaneScalars scalars;

    private final double[][] contrast;
    private final double[][] contrastX;
    private final double[][] contrastZ;
    private final double[][] projectedResidual;
    private final double[][] gradient;
    private final double[][] direction;
    private final double[][] directionX;
    private final double[][] directionZ;
    private final double[][] image;
    private final double[][] weight;
    private final double[][] fluxX;
    private final double[][] fluxZ;

    /** What the divergence takes for the x component of the flux. */
    private final double[][] divergenceX;

    PlainFields(double[][][] blocks, Grid grid, InversionMode mode, int lanes) {
        this.blocks = blocks;
        this.lanes = lanes;
        nx = grid.nx();
        nz = grid.nz();
        inverseArea = 1 / grid.domainArea();
        scaleX = 1 / (2 * grid.cellWidth());
        scaleZ = 1 / (2 * grid.cellHeight());
        alongX = Difference.axis(nx, 1);
        alongZ = Difference.axis(nz, nx);
        scalars = new LaneScalars(lanes);
        int cells = grid.cells();
        contrast = new double[cells][lanes];
        contrastX = new double[cells][lanes];
        contrastZ = new double[cells][lanes];
        projectedResidual = new double[cells][lanes];
        gradient = new double[cells][lanes];
        direction = new double[cells][lanes];
        directionX = new double[cells][lanes];
        directionZ = new double[cells][lanes];
        image = new double[cells][lanes];
        weight = new double[cells][lanes];
        fluxX = new double[cells][lanes];
        fluxZ = new double[cells][lanes];
        // FWI-python reads the z component twice, through a buffer that it has overwritten by then.
        divergenceX = mode == InversionMode.FWI_PYTHON ? fluxZ : fluxX;
    }

    @Override
    public int lanesPerGroup() {
        return lanes;
    }

    @Override
    public int groups() {
        return 1;
    }

    @Override
    public LaneScalars scalars() {
        return scalars;
    }

    private double[][] values(Field field) {
        return switch (field) {
            case CONTRAST -> contrast;
            case CONTRAST_X -> contrastX;
            case CONTRAST_Z -> contrastZ;
            case PROJECTED_RESIDUAL -> projectedResidual;
            case GRADIENT -> gradient;
            case DIRECTION -> direction;
            case IMAGE -> image;
            case WEIGHT -> weight;
        };
    }

    @Override
    public void get(Field field, int lane, double[] values) {
        double[][] from = values(field);
        for (int x = 0; x < values.length; x++) {
            values[x] = from[x][lane];
        }
    }

    @Override
    public void set(Field field, int lane, double[] values) {
        double[][] to = values(field);
        for (int x = 0; x < values.length; x++) {
            to[x][lane] = values[x];
        }
    }

    @Override
    public void multiply(boolean[] used) {
        if (blocks.length == 1) {
            clear(image);
            PlainMatrix.multiply(blocks[0], direction, image, 0);
        } else {
            // Until the next update there is no use for the flux.
            fold(direction, fluxX);
            clear(fluxZ);
            PlainMatrix.multiply(blocks[0], fluxX, fluxZ, 0);
            PlainMatrix.multiply(blocks[1], fluxX, fluxZ, blocks[0].length);
            unfold(fluxZ, image);
        }
        Arrays.fill(scalars.curvature, 0);
        for (int x = 0; x < image.length; x++) {
            addProduct(scalars.curvature, direction[x], image[x]);
        }
    }

    private static void clear(double[][] values) {
        for (double[] value : values) {
            Arrays.fill(value, 0);
        }
    }

    /** The sums of a field and its mirror image, and after them their differences. */
    private void fold(double[][] field, double[][] halves) {
        int even = 0;
        int odd = blocks[0].length;
        for (int iz = 0; iz < nz; iz++) {
            int left = iz * nx;
            int right = left + nx - 1;
            for (; left < right; left++, right--) {
                addAndSubtract(field[left], field[right], halves[even++], halves[odd++]);
            }
            if (left == right) {
                System.arraycopy(field[left], 0, halves[even++], 0, lanes);
            }
        }
    }

    /** The field, from the products of both blocks. */
    private void unfold(double[][] products, double[][] field) {
        int even = 0;
        int odd = blocks[0].length;
        for (int iz = 0; iz < nz; iz++) {
            int left = iz * nx;
            int right = left + nx - 1;
            for (; left < right; left++, right--) {
                addAndSubtract(products[even++], products[odd++], field[left], field[right]);
            }
            if (left == right) {
                System.arraycopy(products[even++], 0, field[left], 0, lanes);
            }
        }
    }

    private static void addAndSubtract(double[] a, double[] b, double[] sum, double[] difference) {
        for (int l = 0; l < sum.length; l++) {
            sum[l] = a[l] + b[l];
            difference[l] = a[l] - b[l];
        }
    }

    @Override
    public void update(int group) {
        Arrays.fill(scalars.factorSum, 0);
        Arrays.fill(scalars.smallestDenominator, Double.POSITIVE_INFINITY);
        Arrays.fill(scalars.weightedNorm, 0);
        Arrays.fill(scalars.weightSum, 0);
        for (int x = 0; x < contrast.length; x++) {
            takeStep(scalars.step, direction[x], contrast[x], image[x], projectedResidual[x]);
            takeStep(
                    scalars.step,
                    directionX[x],
                    contrastX[x],
                    directionZ[x],
                    contrastZ[x],
                    weight[x],
                    fluxX[x],
                    fluxZ[x]);
            weigh(contrastX[x], contrastZ[x], weight[x], inverseArea, scalars);
        }
    }

    // Methods of their own, so that the compiler finds plain loops over arrays, which it vectorises.
    private static void takeStep(
            double[] step, double[] direction, double[] contrast, double[] image, double[] projectedResidual) {
        for (int l = 0; l < step.length; l++) {
            contrast[l] += step[l] * direction[l];
            projectedResidual[l] -= step[l] * image[l];
        }
    }

    private static void takeStep(
            double[] step,
            double[] directionX,
            double[] contrastX,
            double[] directionZ,
            double[] contrastZ,
            double[] weight,
            double[] fluxX,
            double[] fluxZ) {
        for (int l = 0; l < step.length; l++) {
            double x = contrastX[l] + step[l] * directionX[l];
            double z = contrastZ[l] + step[l] * directionZ[l];
            contrastX[l] = x;
            contrastZ[l] = z;
            fluxX[l] = weight[l] * x;
            fluxZ[l] = weight[l] * z;
        }
    }

    private static void weigh(
            double[] contrastX, double[] contrastZ, double[] weight, double inverseArea, LaneScalars scalars) {
        double[] previousSteering = scalars.previousSteering;
        double[] steering = scalars.steering;
        double[] factorSum = scalars.factorSum;
        double[] smallest = scalars.smallestDenominator;
        double[] weightedNorm = scalars.weightedNorm;
        double[] weightSum = scalars.weightSum;
        for (int l = 0; l < steering.length; l++) {
            double normSquared = contrastX[l] * contrastX[l] + contrastZ[l] * contrastZ[l];
            factorSum[l] += weight[l] * (normSquared + previousSteering[l]);
            double denominator = normSquared + steering[l];
            double newWeight = inverseArea / denominator;
            weight[l] = newWeight;
            smallest[l] = Math.min(smallest[l], denominator);
            weightedNorm[l] += newWeight * normSquared;
            weightSum[l] += newWeight;
        }
    }

    @Override
    public void gradient(int group) {
        Arrays.fill(scalars.gradientNorm, 0);
        Arrays.fill(scalars.gradientChange, 0);
        for (int iz = 0; iz < nz; iz++) {
            Difference z = alongZ[iz];
            for (int ix = 0; ix < nx; ix++) {
                Difference x = alongX[ix];
                int cell = iz * nx + ix;
                gradient(
                        scaleX,
                        x,
                        divergenceX[cell + x.aOffset],
                        divergenceX[cell + x.bOffset],
                        divergenceX[cell + x.cOffset],
                        scaleZ,
                        z,
                        fluxZ[cell + z.aOffset],
                        fluxZ[cell + z.bOffset],
                        fluxZ[cell + z.cOffset],
                        projectedResidual[cell],
                        gradient[cell],
                        scalars);
            }
        }
    }

    private static void gradient(
            double scaleX,
            Difference x,
            double[] aX,
            double[] bX,
            double[] cX,
            double scaleZ,
            Difference z,
            double[] aZ,
            double[] bZ,
            double[] cZ,
            double[] projectedResidual,
            double[] gradient,
            LaneScalars scalars) {
        double[] gradientScale = scalars.gradientScale;
        double[] regularisationScale = scalars.regularisationScale;
        double[] norm = scalars.gradientNorm;
        double[] change = scalars.gradientChange;
        double x0 = x.a;
        double x1 = x.b;
        double x2 = x.c;
        double z0 = z.a;
        double z1 = z.b;
        double z2 = z.c;
        for (int l = 0; l < gradient.length; l++) {
            double divergence = scaleX * (x0 * aX[l] + (x1 * bX[l] + x2 * cX[l]))
                    + scaleZ * (z0 * aZ[l] + (z1 * bZ[l] + z2 * cZ[l]));
            double g = gradientScale[l] * projectedResidual[l] + regularisationScale[l] * divergence;
            norm[l] += g * g;
            change[l] += g * (g - gradient[l]);
            gradient[l] = g;
        }
    }

    @Override
    public void direction(int group) {
        Arrays.fill(scalars.slope, 0);
        Arrays.fill(scalars.mixed, 0);
        Arrays.fill(scalars.square, 0);
        for (int cell = 0; cell < direction.length; cell++) {
            turn(scalars.conjugacy, gradient[cell], direction[cell], projectedResidual[cell], scalars.slope);
        }
        for (int iz = 0; iz < nz; iz++) {
            Difference z = alongZ[iz];
            for (int ix = 0; ix < nx; ix++) {
                Difference x = alongX[ix];
                int cell = iz * nx + ix;
                derivative(
                        scaleX,
                        x,
                        direction[cell + x.aOffset],
                        direction[cell + x.bOffset],
                        direction[cell + x.cOffset],
                        directionX[cell]);
                derivative(
                        scaleZ,
                        z,
                        direction[cell + z.aOffset],
                        direction[cell + z.bOffset],
                        direction[cell + z.cOffset],
                        directionZ[cell]);
                addSquares(
                        weight[cell],
                        directionX[cell],
                        directionZ[cell],
                        contrastX[cell],
                        contrastZ[cell],
                        scalars.mixed,
                        scalars.square);
            }
        }
    }

    private static void turn(
            double[] conjugacy, double[] gradient, double[] direction, double[] projectedResidual, double[] slope) {
        for (int l = 0; l < slope.length; l++) {
            double d = gradient[l] + conjugacy[l] * direction[l];
            direction[l] = d;
            slope[l] += d * projectedResidual[l];
        }
    }

    private static void derivative(
            double scale, Difference d, double[] u, double[] v, double[] w, double[] derivative) {
        double a = d.a;
        double b = d.b;
        double c = d.c;
        for (int l = 0; l < derivative.length; l++) {
            derivative[l] = scale * (a * u[l] + (b * v[l] + c * w[l]));
        }
    }

    private static void addSquares(
            double[] weight,
            double[] directionX,
            double[] directionZ,
            double[] contrastX,
            double[] contrastZ,
            double[] mixed,
            double[] square) {
        for (int l = 0; l < weight.length; l++) {
            mixed[l] += weight[l] * (directionX[l] * contrastX[l] + directionZ[l] * contrastZ[l]);
            square[l] += weight[l] * (directionX[l] * directionX[l] + directionZ[l] * directionZ[l]);
        }
    }

    private static void addProduct(double[] sum, double[] a, double[] b) {
        for (int l = 0; l < sum.length; l++) {
            sum[l] += a[l] * b[l];
        }
    }
}
