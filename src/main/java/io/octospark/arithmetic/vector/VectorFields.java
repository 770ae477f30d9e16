package io.octospark.arithmetic.vector;

import static jdk.incubator.vector.DoubleVector.fromArray;

import io.octospark.arithmetic.LaneFields;
import io.octospark.arithmetic.LaneScalars;
import io.octospark.arithmetic.Mirror;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes for the Vector API. A group has the lanes of one vector; its part of a field has one vector for each cell. Edges
 * have loops of their own: a vector that comes out of a choice is kept in memory by the compiler of JDK 17. So is one
 * that goes into or comes out of a method that the compiler does not inline, as it does at times with the methods here.
 */
final class VectorFields implements LaneFields {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** The operator, whole, or its even and its odd block. */
    private final VectorMatrix[] blocks;

    private final int groups;
    private final int nx;
    private final int nz;
    private final double domainArea;

    /** 1 / 2h of the differences. */
    private final double differenceX;

    private final double differenceZ;

    /** Array elements of one group. */
    private final int groupLength;

    private final LaneScalars scalars;

    private final double[] contrast;
    private final double[] contrastX;
    private final double[] contrastZ;
    private final double[] projectedResidual;
    private final double[] gradient;
    private final double[] direction;
    private final double[] directionX;
    private final double[] directionZ;
    private final double[] image;
    private final double[] weight;
    private final double[] fluxX;
    private final double[] fluxZ;

    /** What the divergence takes for the x component of the flux. */
    private final double[] divergedX;

    VectorFields(VectorMatrix[] blocks, Grid grid, InversionMode mode, int groups) {
        this.blocks = blocks;
        this.groups = groups;
        nx = grid.nx();
        nz = grid.nz();
        domainArea = grid.domainArea();
        differenceX = 1 / (2 * grid.cellWidth());
        differenceZ = 1 / (2 * grid.cellHeight());
        groupLength = Arrays.stream(blocks).mapToInt(VectorMatrix::paddedCells).sum() * LANES;
        scalars = new LaneScalars(groups * LANES);
        int length = groups * groupLength;
        contrast = new double[length];
        contrastX = new double[length];
        contrastZ = new double[length];
        projectedResidual = new double[length];
        gradient = new double[length];
        direction = new double[length];
        directionX = new double[length];
        directionZ = new double[length];
        image = new double[length];
        weight = new double[length];
        fluxX = new double[length];
        fluxZ = new double[length];
        // FWI-python reads the z component twice, through a buffer that it has overwritten by then.
        divergedX = mode == InversionMode.FWI_PYTHON ? fluxZ : fluxX;
    }

    @Override
    public int lanesPerGroup() {
        return LANES;
    }

    @Override
    public int groups() {
        return groups;
    }

    @Override
    public LaneScalars scalars() {
        return scalars;
    }

    private double[] values(Field field) {
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

    private int start(int lane) {
        return lane / LANES * groupLength + lane % LANES;
    }

    @Override
    public void get(Field field, int lane, double[] values) {
        double[] from = values(field);
        int index = start(lane);
        for (int x = 0; x < values.length; x++) {
            values[x] = from[index];
            index += LANES;
        }
    }

    @Override
    public void set(Field field, int lane, double[] values) {
        double[] to = values(field);
        int index = start(lane);
        for (double value : values) {
            to[index] = value;
            index += LANES;
        }
    }

    @Override
    public void multiply(boolean[] used) {
        int[] starts = new int[groups];
        int count = 0;
        for (int group = 0; group < groups; group += 2) {
            if (used[group] || used[group + 1]) {
                starts[count++] = group * groupLength;
                starts[count++] = (group + 1) * groupLength;
            }
        }
        starts = Arrays.copyOf(starts, count);
        if (blocks.length == 1) {
            clear(image, starts);
            blocks[0].multiply(direction, image, starts, 0, 0);
        } else {
            multiplyBlocks(starts);
        }
        for (int group = 0; group < groups; group++) {
            if (used[group]) {
                curvature(group);
            }
        }
    }

    private void multiplyBlocks(int[] starts) {
        // Until the next update there is no use for the flux.
        double[] halves = fluxX;
        double[] products = fluxZ;
        int oddStart = blocks[0].cells() * LANES;
        int oddProduct = blocks[0].paddedCells() * LANES;
        for (int start : starts) {
            fold(start, halves, start + oddStart);
        }
        clear(products, starts);
        blocks[0].multiply(halves, products, starts, 0, 0);
        blocks[1].multiply(halves, products, starts, oddStart, oddProduct);
        for (int start : starts) {
            unfold(start, products, start + oddProduct);
        }
    }

    private void clear(double[] values, int[] starts) {
        for (int start : starts) {
            Arrays.fill(values, start, start + groupLength, 0);
        }
    }

    /** The sums of the direction and its mirror image, and from {@code odd} on their differences. */
    private void fold(int start, double[] halves, int odd) {
        int row = nx * LANES;
        int half = Mirror.oddColumns(nx) * LANES;
        boolean middle = nx % 2 == 1;
        int even = start;
        for (int first = start; first < start + nz * row; first += row) {
            int right = first + row - LANES;
            for (int i = 0; i < half; i += LANES) {
                DoubleVector l = fromArray(SPECIES, direction, first + i);
                DoubleVector r = fromArray(SPECIES, direction, right - i);
                l.add(r).intoArray(halves, even + i);
                l.sub(r).intoArray(halves, odd + i);
            }
            even += half;
            odd += half;
            if (middle) {
                fromArray(SPECIES, direction, first + half).intoArray(halves, even);
                even += LANES;
            }
        }
    }

    /** The image, from the products of the even and, from {@code odd} on, of the odd block. */
    private void unfold(int start, double[] products, int odd) {
        int row = nx * LANES;
        int half = Mirror.oddColumns(nx) * LANES;
        boolean middle = nx % 2 == 1;
        int even = start;
        for (int first = start; first < start + nz * row; first += row) {
            int right = first + row - LANES;
            for (int i = 0; i < half; i += LANES) {
                DoubleVector p = fromArray(SPECIES, products, even + i);
                DoubleVector q = fromArray(SPECIES, products, odd + i);
                p.add(q).intoArray(image, first + i);
                p.sub(q).intoArray(image, right - i);
            }
            even += half;
            odd += half;
            if (middle) {
                fromArray(SPECIES, products, even).intoArray(image, first + half);
                even += LANES;
            }
        }
    }

    private void curvature(int group) {
        int start = group * groupLength;
        int end = start + nx * nz * LANES;
        DoubleVector sum = DoubleVector.zero(SPECIES);
        for (int i = start; i < end; i += LANES) {
            sum = fromArray(SPECIES, direction, i).fma(fromArray(SPECIES, image, i), sum);
        }
        sum.intoArray(scalars.curvature, group * LANES);
    }

    @Override
    public void update(int group) {
        int lane = group * LANES;
        int start = group * groupLength;
        int end = start + nx * nz * LANES;
        DoubleVector step = fromArray(SPECIES, scalars.step, lane);
        DoubleVector minusStep = step.neg();
        DoubleVector previousSteering = fromArray(SPECIES, scalars.previousSteering, lane);
        DoubleVector steering = fromArray(SPECIES, scalars.steering, lane);
        DoubleVector inverseArea = DoubleVector.broadcast(SPECIES, 1 / domainArea);
        DoubleVector factorSum = DoubleVector.zero(SPECIES);
        DoubleVector smallest = DoubleVector.broadcast(SPECIES, Double.POSITIVE_INFINITY);
        DoubleVector weightedNorm = DoubleVector.zero(SPECIES);
        DoubleVector weightSum = DoubleVector.zero(SPECIES);
        for (int i = start; i < end; i += LANES) {
            step.fma(fromArray(SPECIES, direction, i), fromArray(SPECIES, contrast, i))
                    .intoArray(contrast, i);
            minusStep
                    .fma(fromArray(SPECIES, image, i), fromArray(SPECIES, projectedResidual, i))
                    .intoArray(projectedResidual, i);
            DoubleVector x = step.fma(fromArray(SPECIES, directionX, i), fromArray(SPECIES, contrastX, i));
            DoubleVector z = step.fma(fromArray(SPECIES, directionZ, i), fromArray(SPECIES, contrastZ, i));
            x.intoArray(contrastX, i);
            z.intoArray(contrastZ, i);
            DoubleVector normSquared = x.fma(x, z.mul(z));
            DoubleVector oldWeight = fromArray(SPECIES, weight, i);
            oldWeight.mul(x).intoArray(fluxX, i);
            oldWeight.mul(z).intoArray(fluxZ, i);
            factorSum = oldWeight.fma(normSquared.add(previousSteering), factorSum);
            DoubleVector denominator = normSquared.add(steering);
            smallest = smallest.min(denominator);
            DoubleVector newWeight = inverseArea.div(denominator);
            newWeight.intoArray(weight, i);
            weightedNorm = newWeight.fma(normSquared, weightedNorm);
            weightSum = weightSum.add(newWeight);
        }
        factorSum.intoArray(scalars.factorSum, lane);
        smallest.intoArray(scalars.smallestDenominator, lane);
        weightedNorm.intoArray(scalars.weightedNorm, lane);
        weightSum.intoArray(scalars.weightSum, lane);
    }

    @Override
    public void gradient(int group) {
        int lane = group * LANES;
        int start = group * groupLength;
        int end = start + nx * nz * LANES;
        // Until the next direction there is no use for its derivatives.
        double[] divergenceX = directionX;
        double[] divergenceZ = directionZ;
        differentiate(divergedX, divergenceX, fluxZ, divergenceZ, start);
        DoubleVector scale = fromArray(SPECIES, scalars.gradientScale, lane);
        DoubleVector regularisation = fromArray(SPECIES, scalars.regularisationScale, lane);
        DoubleVector norm = DoubleVector.zero(SPECIES);
        DoubleVector change = DoubleVector.zero(SPECIES);
        for (int i = start; i < end; i += LANES) {
            DoubleVector divergence = fromArray(SPECIES, divergenceX, i).add(fromArray(SPECIES, divergenceZ, i));
            DoubleVector g = scale.fma(fromArray(SPECIES, projectedResidual, i), regularisation.mul(divergence));
            norm = g.fma(g, norm);
            change = g.fma(g.sub(fromArray(SPECIES, gradient, i)), change);
            g.intoArray(gradient, i);
        }
        norm.intoArray(scalars.gradientNorm, lane);
        change.intoArray(scalars.gradientChange, lane);
    }

    @Override
    public void direction(int group) {
        int lane = group * LANES;
        int start = group * groupLength;
        int end = start + nx * nz * LANES;
        DoubleVector conjugacy = fromArray(SPECIES, scalars.conjugacy, lane);
        DoubleVector slope = DoubleVector.zero(SPECIES);
        for (int i = start; i < end; i += LANES) {
            DoubleVector d = conjugacy.fma(fromArray(SPECIES, direction, i), fromArray(SPECIES, gradient, i));
            d.intoArray(direction, i);
            slope = d.fma(fromArray(SPECIES, projectedResidual, i), slope);
        }
        differentiate(direction, directionX, direction, directionZ, start);
        DoubleVector mixed = DoubleVector.zero(SPECIES);
        DoubleVector square = DoubleVector.zero(SPECIES);
        for (int i = start; i < end; i += LANES) {
            DoubleVector x = fromArray(SPECIES, directionX, i);
            DoubleVector z = fromArray(SPECIES, directionZ, i);
            DoubleVector w = fromArray(SPECIES, weight, i);
            mixed = w.fma(x.fma(fromArray(SPECIES, contrastX, i), z.mul(fromArray(SPECIES, contrastZ, i))), mixed);
            square = w.fma(x.fma(x, z.mul(z)), square);
        }
        slope.intoArray(scalars.slope, lane);
        mixed.intoArray(scalars.mixed, lane);
        square.intoArray(scalars.square, lane);
    }

    /**
     * {@code dx = du / dx, dz = dv / dz} in the group that starts there. One method for both: it is too long to be inlined,
     * so that the compiler is not given more at once than it does well.
     */
    private void differentiate(double[] u, double[] dx, double[] v, double[] dz, int start) {
        int row = nx * LANES;
        int end = start + nz * row;
        DoubleVector scaleX = DoubleVector.broadcast(SPECIES, differenceX);
        DoubleVector scaleZ = DoubleVector.broadcast(SPECIES, differenceZ);
        // Across the ends of the rows too, where it is put right below: one long loop is faster than many short ones.
        for (int i = start + LANES; i < end - LANES; i += LANES) {
            DoubleVector difference = fromArray(SPECIES, u, i + LANES).sub(fromArray(SPECIES, u, i - LANES));
            difference.mul(scaleX).intoArray(dx, i);
        }
        for (int i = start; i < end; i += row) {
            DoubleVector others = fromArray(SPECIES, u, i + LANES).mul(4).sub(fromArray(SPECIES, u, i + 2 * LANES));
            others.sub(fromArray(SPECIES, u, i).mul(3)).mul(scaleX).intoArray(dx, i);
        }
        for (int i = start + row - LANES; i < end; i += row) {
            DoubleVector others = fromArray(SPECIES, u, i - 2 * LANES)
                    .sub(fromArray(SPECIES, u, i - LANES).mul(4));
            others.add(fromArray(SPECIES, u, i).mul(3)).mul(scaleX).intoArray(dx, i);
        }
        for (int i = start + row; i < end - row; i += LANES) {
            DoubleVector difference = fromArray(SPECIES, v, i + row).sub(fromArray(SPECIES, v, i - row));
            difference.mul(scaleZ).intoArray(dz, i);
        }
        for (int i = start; i < start + row; i += LANES) {
            DoubleVector others = fromArray(SPECIES, v, i + row).mul(4).sub(fromArray(SPECIES, v, i + 2 * row));
            others.sub(fromArray(SPECIES, v, i).mul(3)).mul(scaleZ).intoArray(dz, i);
        }
        for (int i = end - row; i < end; i += LANES) {
            DoubleVector others = fromArray(SPECIES, v, i - 2 * row)
                    .sub(fromArray(SPECIES, v, i - row).mul(4));
            others.add(fromArray(SPECIES, v, i).mul(3)).mul(scaleZ).intoArray(dz, i);
        }
    }
}
