package io.octospark.inversion.batch;

import io.octospark.arithmetic.LaneFields;
import io.octospark.arithmetic.LaneScalars;
import io.octospark.error.ErrorCode;
import io.octospark.inversion.MisfitHistory;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StepLength;
import io.octospark.inversion.StopReason;
import io.octospark.inversion.StopRule;
import io.octospark.model.Grid;
import io.octospark.model.InversionSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The inversion of the grid that is in one lane: everything that is a single number, between the sweeps over the cells of
 * all lanes. Follows {@link io.octospark.inversion.ConjugateGradientInversion} step by step; what differs is that the
 * residual is known by its projection Re(K^H r) = b - M chi and its squared norm only, both following the steps:
 *
 * <pre>&lt;r, K zeta&gt; = zeta (b - M chi),   ||K zeta||^2 = zeta M zeta
 * b - M chi -= alpha M zeta,   ||r||^2 += alpha (alpha ||K zeta||^2 - 2 &lt;r, K zeta&gt;)</pre>
 *
 * <p>The sweeps do the same in all lanes. A lane that needs something else in the place of a pass (the product with a true
 * contrast that makes the data, or with the contrast that refreshes the projected residual) takes the vector in question
 * for its direction and no step, and sets right afterwards what the sweeps have made of its fields.
 */
final class Lane<T> {
    /** Passes from one computation of the projected residual to the next. */
    static final int REFRESH = 50;

    private enum State {
        /** No grid. */
        IDLE,
        /** The product with the true contrast is to make the data. */
        PROJECTING,
        /** The data are there, the fields are to be set. */
        LOADING,
        /** The direction is that of the first step, without regularisation. */
        FIRST_STEP,
        /** The direction is that of a pass. */
        PASS,
        /** The product with the contrast is to refresh the projected residual. */
        REFRESHING
    }

    private final int lane;
    private final LaneFields fields;
    private final LaneScalars scalars;
    private final InversionSettings settings;
    private final double cellVolume;
    private final double domainArea;
    private final int cells;
    private final Consumer<BatchResult<T>> results;

    private final double[] column;
    private final double[] savedDirection;
    private final double[] savedGradient;

    private State state = State.IDLE;
    private T id;

    /** When the grid came, by the time spent in passes. */
    private long since;

    private double[] projectedData;
    private double dataNorm;
    private double eta;
    private double residualNorm;
    private MisfitHistory misfits;
    private int pass;
    private double cost;
    private double previousCost;
    private double previousGradientNorm;
    private boolean flat;
    private double steering;
    private double previousSteering;
    private double weightedNorm;
    private double weightSum;

    Lane(int lane, LaneFields fields, Grid grid, InversionSettings settings, Consumer<BatchResult<T>> results) {
        this.lane = lane;
        this.fields = fields;
        this.scalars = fields.scalars();
        this.settings = settings;
        this.results = results;
        cellVolume = grid.cellVolume();
        domainArea = grid.domainArea();
        cells = grid.cells();
        column = new double[cells];
        savedDirection = new double[cells];
        savedGradient = new double[cells];
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    /**
     * Takes a grid, which may end at once. Before the direction sweep.
     *
     * @param now time spent in passes so far, in ns
     */
    void take(BatchInput<T> input, long now) {
        if (input.values().length != cells) {
            throw new IllegalArgumentException(
                    "a grid has " + input.values().length + " values, its operator has " + cells + " cells");
        }
        id = input.id();
        since = now;
        pass = 0;
        misfits = new MisfitHistory();
        if (input.kind() == BatchInput.Kind.PROJECTED_DATA) {
            begin(input.values(), input.dataNormSquared());
            if (state == State.LOADING) {
                load();
            }
        } else {
            setDirection(input.values());
            state = State.PROJECTING;
        }
    }

    private void begin(double[] projected, double normSquared) {
        if (normSquared == 0) {
            finish(Reconstruction.ofZeroData(cells));
            return;
        }
        eta = 1 / normSquared;
        if (!(eta > 0 && Double.isFinite(eta))) {
            finish(Reconstruction.ofUnfitData(normSquared));
            return;
        }
        projectedData = projected;
        dataNorm = normSquared;
        state = State.LOADING;
    }

    /** Sets the fields for the first step: steepest descent from chi = 0. */
    private void load() {
        residualNorm = dataNorm;
        fields.set(LaneFields.Field.PROJECTED_RESIDUAL, lane, projectedData);
        previousGradientNorm = 0;
        for (int x = 0; x < cells; x++) {
            column[x] = eta * projectedData[x];
            previousGradientNorm += column[x] * column[x];
        }
        setDirection(column);
        Arrays.fill(column, 0);
        fields.set(LaneFields.Field.CONTRAST, lane, column);
        fields.set(LaneFields.Field.CONTRAST_X, lane, column);
        fields.set(LaneFields.Field.CONTRAST_Z, lane, column);
        fields.set(LaneFields.Field.WEIGHT, lane, column);
        steering = 0;
        previousSteering = 0;
        state = State.FIRST_STEP;
    }

    /** Lets the direction sweep take these values for direction and gradient. */
    private void setDirection(double[] values) {
        fields.set(LaneFields.Field.GRADIENT, lane, values);
        fields.set(LaneFields.Field.DIRECTION, lane, values);
        scalars.conjugacy[lane] = 0;
    }

    /** After the direction sweep. */
    void directionTaken() {
        if (state == State.REFRESHING) {
            fields.set(LaneFields.Field.GRADIENT, lane, savedGradient);
            state = State.PASS;
        } else if (state == State.PASS && pass > 0 && pass % REFRESH == 0) {
            fields.get(LaneFields.Field.DIRECTION, lane, savedDirection);
            fields.get(LaneFields.Field.CONTRAST, lane, column);
            fields.set(LaneFields.Field.DIRECTION, lane, column);
            state = State.REFRESHING;
        }
    }

    /** After the product, before the update. */
    void productTaken() {
        scalars.step[lane] = 0;
        scalars.previousSteering[lane] = previousSteering;
        scalars.steering[lane] = steering;
        switch (state) {
            case PROJECTING -> {
                double[] projected = new double[cells];
                fields.get(LaneFields.Field.IMAGE, lane, projected);
                begin(projected, scalars.curvature[lane]);
            }
            case FIRST_STEP, PASS -> step();
            case REFRESHING -> {
                // The weight of this pass is computed again, from the same numbers.
                scalars.steering[lane] = previousSteering;
                fields.get(LaneFields.Field.IMAGE, lane, column);
                for (int x = 0; x < cells; x++) {
                    column[x] = projectedData[x] - column[x];
                }
                fields.set(LaneFields.Field.PROJECTED_RESIDUAL, lane, column);
            }
            case IDLE, LOADING -> {}
        }
    }

    private void step() {
        double imageNorm = scalars.curvature[lane];
        if (imageNorm <= 0) {
            // Below zero by rounding only.
            finish(StopReason.GRADIENT_ZERO);
            return;
        }
        double slope = scalars.slope[lane];
        double step;
        if (state == State.FIRST_STEP) {
            step = slope / imageNorm;
        } else {
            step = flat ? slope / imageNorm : regularisedStep(slope, imageNorm);
            if (!Double.isFinite(step)) {
                finish(misfits.failed(ErrorCode.GRID_DIVERGED, "the step length of pass " + pass + " is " + step));
                return;
            }
        }
        residualNorm += step * (step * imageNorm - 2 * slope);
        scalars.step[lane] = step;
    }

    private double regularisedStep(double slope, double imageNorm) {
        double b0 = cellVolume * (weightedNorm + previousSteering * weightSum);
        double b1 = 2 * cellVolume * scalars.mixed[lane];
        double b2 = cellVolume * scalars.square[lane];
        return StepLength.minimising(previousCost, -2 * eta * slope, eta * imageNorm, b0, b1, b2);
    }

    /** After the update, before the gradient sweep. */
    void updateTaken() {
        switch (state) {
            case FIRST_STEP -> {
                previousCost = 1;
                state = State.PASS;
                beginPass(1);
            }
            case PASS -> {
                double factor = flat ? 1 : cellVolume * scalars.factorSum[lane];
                previousCost = cost;
                pass++;
                beginPass(factor);
            }
            case REFRESHING -> {
                takeWeight();
                fields.get(LaneFields.Field.GRADIENT, lane, savedGradient);
            }
            case IDLE, PROJECTING, LOADING -> {}
        }
    }

    private void beginPass(double factor) {
        if (pass == settings.maxPasses()) {
            finish(StopReason.MAX_ITERATIONS);
            return;
        }
        // Below zero by rounding only.
        cost = eta * Math.max(0, residualNorm);
        if (!Double.isFinite(cost)) {
            finish(misfits.failed(ErrorCode.GRID_DIVERGED, "the cost of pass " + pass + " is " + cost));
            return;
        }
        misfits.add(cost);
        if (StopRule.isMet(settings, pass, cost, previousCost)) {
            finish(StopRule.reason(settings, cost));
            return;
        }
        previousSteering = steering;
        takeWeight();
        steering = flat ? 0 : settings.amplification(pass) / 2 * weightedNorm / weightSum;
        if (previousGradientNorm == 0) {
            finish(StopReason.GRADIENT_ZERO);
            return;
        }
        scalars.gradientScale[lane] = eta * (flat ? 1 : factor);
        scalars.regularisationScale[lane] = flat ? 0 : previousCost;
    }

    /** Takes the sums of the weight, after repairing a weight with a denominator of 0. */
    private void takeWeight() {
        weightedNorm = scalars.weightedNorm[lane];
        weightSum = scalars.weightSum[lane];
        flat = false;
        if (!(scalars.smallestDenominator[lane] > 0)) {
            repairWeight();
        }
    }

    /**
     * Where the contrast is flat and the steering parameter 0, the smallest positive denominator takes the place of 0. A
     * contrast that is flat everywhere has no regularisation.
     */
    private void repairWeight() {
        double[] x = new double[cells];
        double[] z = new double[cells];
        fields.get(LaneFields.Field.CONTRAST_X, lane, x);
        fields.get(LaneFields.Field.CONTRAST_Z, lane, z);
        double smallest = Double.POSITIVE_INFINITY;
        for (int cell = 0; cell < cells; cell++) {
            column[cell] = x[cell] * x[cell] + z[cell] * z[cell];
            double denominator = column[cell] + previousSteering;
            if (denominator > 0) {
                smallest = Math.min(smallest, denominator);
            }
        }
        flat = smallest == Double.POSITIVE_INFINITY;
        weightedNorm = 0;
        weightSum = 0;
        for (int cell = 0; cell < cells; cell++) {
            double normSquared = column[cell];
            double denominator = Math.max(normSquared + previousSteering, smallest);
            column[cell] = flat ? 0 : 1 / (denominator * domainArea);
            weightedNorm += column[cell] * normSquared;
            weightSum += column[cell];
        }
        fields.set(LaneFields.Field.WEIGHT, lane, column);
    }

    /** After the gradient sweep, before the direction sweep. */
    void gradientTaken() {
        switch (state) {
            case LOADING -> load();
            case PASS -> {
                scalars.conjugacy[lane] = scalars.gradientChange[lane] / previousGradientNorm;
                previousGradientNorm = scalars.gradientNorm[lane];
            }
            case REFRESHING -> setDirection(savedDirection);
            case IDLE, FIRST_STEP, PROJECTING -> {}
        }
    }

    /** Ends a grid that takes longer than the limit. Between two passes. */
    void endAfter(Duration limit, long now) {
        if (!isIdle() && now - since > limit.toNanos()) {
            finish(Reconstruction.tookTooLong(limit));
        }
    }

    private void finish(StopReason reason) {
        double[] contrast = new double[cells];
        fields.get(LaneFields.Field.CONTRAST, lane, contrast);
        finish(misfits.ended(contrast, 1, reason));
    }

    private void finish(Reconstruction reconstruction) {
        T finished = id;
        id = null;
        projectedData = null;
        misfits = null;
        state = State.IDLE;
        results.accept(new BatchResult<>(finished, reconstruction));
    }
}
