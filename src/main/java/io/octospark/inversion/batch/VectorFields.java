package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Lanes for the Vector API. A group has the lanes of one vector; its part of a field has one vector for each cell. Edges
 * have code of their own: a vector that comes out of a choice is kept in memory by the compiler of JDK 17.
 */
final class VectorFields implements LaneFields {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private final VectorOperator operator;
    private final int groups;
    private final int nx;
    private final int nz;
    private final double domainArea;

    /** 1 / 2h of the differences. */
    private final double differenceX;

    private final double differenceZ;

    private final Difference[] alongZ;

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
    private final double[] divergenceX;

    VectorFields(VectorOperator operator, Grid grid, InversionMode mode, int groups) {
        this.operator = operator;
        this.groups = groups;
        nx = grid.nx();
        nz = grid.nz();
        domainArea = grid.domainArea();
        differenceX = 1 / (2 * grid.cellWidth());
        differenceZ = 1 / (2 * grid.cellHeight());
        alongZ = Difference.axis(nz, nx * LANES);
        groupLength = operator.paddedCells() * LANES;
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
        divergenceX = mode == InversionMode.FWI_PYTHON ? fluxZ : fluxX;
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

    private double[] values(LaneField field) {
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
    public void get(LaneField field, int lane, double[] values) {
        double[] from = values(field);
        int index = start(lane);
        for (int x = 0; x < values.length; x++) {
            values[x] = from[index];
            index += LANES;
        }
    }

    @Override
    public void set(LaneField field, int lane, double[] values) {
        double[] to = values(field);
        int index = start(lane);
        for (double value : values) {
            to[index] = value;
            index += LANES;
        }
    }

    @Override
    public void multiply(boolean[] used) {
        int[] offsets = new int[groups];
        int pairs = 0;
        for (int group = 0; group < groups; group += 2) {
            if (used[group] || used[group + 1]) {
                offsets[pairs++] = group * groupLength;
                offsets[pairs++] = (group + 1) * groupLength;
            }
        }
        for (int i = 0; i < pairs; i++) {
            Arrays.fill(image, offsets[i], offsets[i] + groupLength, 0);
        }
        operator.multiply(direction, image, Arrays.copyOf(offsets, pairs));
        for (int group = 0; group < groups; group++) {
            if (used[group]) {
                curvature(group);
            }
        }
    }

    private void curvature(int group) {
        int start = group * groupLength;
        int end = start + nx * nz * LANES;
        DoubleVector sum = DoubleVector.zero(SPECIES);
        for (int i = start; i < end; i += LANES) {
            sum = at(direction, i).fma(at(image, i), sum);
        }
        sum.intoArray(scalars.curvature, group * LANES);
    }

    @Override
    public void update(int group) {
        int lane = group * LANES;
        int start = group * groupLength;
        int end = start + nx * nz * LANES;
        DoubleVector step = at(scalars.step, lane);
        DoubleVector minusStep = step.neg();
        DoubleVector previousSteering = at(scalars.previousSteering, lane);
        DoubleVector steering = at(scalars.steering, lane);
        DoubleVector inverseArea = DoubleVector.broadcast(SPECIES, 1 / domainArea);
        DoubleVector factorSum = DoubleVector.zero(SPECIES);
        DoubleVector smallest = DoubleVector.broadcast(SPECIES, Double.POSITIVE_INFINITY);
        DoubleVector weightedNorm = DoubleVector.zero(SPECIES);
        DoubleVector weightSum = DoubleVector.zero(SPECIES);
        for (int i = start; i < end; i += LANES) {
            step.fma(at(direction, i), at(contrast, i)).intoArray(contrast, i);
            minusStep.fma(at(image, i), at(projectedResidual, i)).intoArray(projectedResidual, i);
            DoubleVector x = step.fma(at(directionX, i), at(contrastX, i));
            DoubleVector z = step.fma(at(directionZ, i), at(contrastZ, i));
            x.intoArray(contrastX, i);
            z.intoArray(contrastZ, i);
            DoubleVector normSquared = x.fma(x, z.mul(z));
            DoubleVector oldWeight = at(weight, i);
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
        int row = nx * LANES;
        DoubleVector scale = at(scalars.gradientScale, lane);
        DoubleVector regularisation = at(scalars.regularisationScale, lane);
        DoubleVector scaleX = regularisation.mul(differenceX);
        DoubleVector scaleZ = regularisation.mul(differenceZ);
        DoubleVector norm = DoubleVector.zero(SPECIES);
        DoubleVector change = DoubleVector.zero(SPECIES);
        for (int iz = 0; iz < nz; iz++) {
            Difference d = alongZ[iz];
            int first = group * groupLength + iz * row;
            int last = first + row - LANES;

            DoubleVector old = at(gradient, first);
            DoubleVector g = gradient(first, scale, scaleZ, d);
            g = scaleX.fma(forward(divergenceX, first), g);
            g.intoArray(gradient, first);
            norm = g.fma(g, norm);
            change = g.fma(g.sub(old), change);
            for (int i = first + LANES; i < last; i += LANES) {
                old = at(gradient, i);
                g = gradient(i, scale, scaleZ, d);
                g = scaleX.fma(central(divergenceX, i), g);
                g.intoArray(gradient, i);
                norm = g.fma(g, norm);
                change = g.fma(g.sub(old), change);
            }
            old = at(gradient, last);
            g = gradient(last, scale, scaleZ, d);
            g = scaleX.fma(backward(divergenceX, last), g);
            g.intoArray(gradient, last);
            norm = g.fma(g, norm);
            change = g.fma(g.sub(old), change);
        }
        norm.intoArray(scalars.gradientNorm, lane);
        change.intoArray(scalars.gradientChange, lane);
    }

    /** The gradient at an index but for the flux along x. */
    private DoubleVector gradient(int i, DoubleVector scale, DoubleVector scaleZ, Difference d) {
        return scaleZ.fma(difference(fluxZ, i, d), scale.mul(at(projectedResidual, i)));
    }

    @Override
    public void direction(int group) {
        int lane = group * LANES;
        int start = group * groupLength;
        int row = nx * LANES;
        int end = start + nz * row;
        DoubleVector conjugacy = at(scalars.conjugacy, lane);
        DoubleVector slope = DoubleVector.zero(SPECIES);
        for (int i = start; i < end; i += LANES) {
            DoubleVector d = conjugacy.fma(at(direction, i), at(gradient, i));
            d.intoArray(direction, i);
            slope = d.fma(at(projectedResidual, i), slope);
        }
        slope.intoArray(scalars.slope, lane);

        DoubleVector scaleX = DoubleVector.broadcast(SPECIES, differenceX);
        DoubleVector scaleZ = DoubleVector.broadcast(SPECIES, differenceZ);
        DoubleVector mixed = DoubleVector.zero(SPECIES);
        DoubleVector square = DoubleVector.zero(SPECIES);
        for (int iz = 0; iz < nz; iz++) {
            Difference d = alongZ[iz];
            int first = start + iz * row;
            int last = first + row - LANES;

            DoubleVector x = scaleX.mul(forward(direction, first));
            DoubleVector z = scaleZ.mul(difference(direction, first, d));
            x.intoArray(directionX, first);
            z.intoArray(directionZ, first);
            DoubleVector w = at(weight, first);
            mixed = w.fma(x.fma(at(contrastX, first), z.mul(at(contrastZ, first))), mixed);
            square = w.fma(x.fma(x, z.mul(z)), square);
            for (int i = first + LANES; i < last; i += LANES) {
                x = scaleX.mul(central(direction, i));
                z = scaleZ.mul(difference(direction, i, d));
                x.intoArray(directionX, i);
                z.intoArray(directionZ, i);
                w = at(weight, i);
                mixed = w.fma(x.fma(at(contrastX, i), z.mul(at(contrastZ, i))), mixed);
                square = w.fma(x.fma(x, z.mul(z)), square);
            }
            x = scaleX.mul(backward(direction, last));
            z = scaleZ.mul(difference(direction, last, d));
            x.intoArray(directionX, last);
            z.intoArray(directionZ, last);
            w = at(weight, last);
            mixed = w.fma(x.fma(at(contrastX, last), z.mul(at(contrastZ, last))), mixed);
            square = w.fma(x.fma(x, z.mul(z)), square);
        }
        mixed.intoArray(scalars.mixed, lane);
        square.intoArray(scalars.square, lane);
    }

    /** {@link Difference} along z. */
    private static DoubleVector difference(double[] u, int i, Difference d) {
        DoubleVector others =
                at(u, i + d.bOffset).mul(d.b).add(at(u, i + d.cOffset).mul(d.c));
        return at(u, i + d.aOffset).mul(d.a).add(others);
    }

    /** {@link Difference} along x: at the left end, inside, at the right end. */
    private static DoubleVector forward(double[] u, int i) {
        return at(u, i + LANES).mul(4).sub(at(u, i + 2 * LANES)).sub(at(u, i).mul(3));
    }

    private static DoubleVector central(double[] u, int i) {
        return at(u, i + LANES).sub(at(u, i - LANES));
    }

    private static DoubleVector backward(double[] u, int i) {
        return at(u, i - 2 * LANES).sub(at(u, i - LANES).mul(4)).add(at(u, i).mul(3));
    }

    private static DoubleVector at(double[] values, int index) {
        return DoubleVector.fromArray(SPECIES, values, index);
    }
}
