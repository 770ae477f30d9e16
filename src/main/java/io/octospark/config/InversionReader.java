package io.octospark.config;

import io.octospark.model.Contrast;
import io.octospark.model.ForwardModelSettings;
import io.octospark.model.ForwardModelSettings.Born;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.NonLinearSettings.Stage;
import io.octospark.model.OffsetRange;
import io.octospark.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reader of {@code inversion}: the ancestors' ConjugateGradientInversionInput and the extensions that practitioners
 * expect. The linear inversion has none of the ancestors' loops.
 */
final class InversionReader {
    private static final double MIN_AMPLIFICATION_START = 1e-9;
    private static final double MAX_AMPLIFICATION = 1e9;
    private static final int MAX_PASSES = 1_000_000;
    private static final int MAX_STAGES = 1000;
    private static final double MIN_TOLERANCE = 1e-100;
    private static final double MIN_VELOCITY = 1e-3;
    private static final double MAX_VELOCITY = 1e9;
    private static final double MAX_OFFSET = 1e10;

    /** A stage as it is written. */
    private record StageKeys(ConfigObject keys, int first, int last, int outerPasses) {}

    private final ConfigObject inversion;
    private final ForwardModelSettings forwardModel;
    private final double amplificationStart;
    private final double amplificationSlope;
    private int innerPasses = NonLinearSettings.DEFAULT_INNER_PASSES;
    private double innerTolerance = NonLinearSettings.DEFAULT_INNER_TOLERANCE;
    private int outerPasses = NonLinearSettings.DEFAULT_OUTER_PASSES;
    private boolean regularised = true;
    private double outerTolerance;
    private double minVelocity;
    private double maxVelocity = Double.POSITIVE_INFINITY;
    private ConfigObject start;
    private OffsetRange offsets = OffsetRange.ALL;
    private final List<StageKeys> stages = new ArrayList<>();

    /**
     * Reads and checks all keys.
     *
     * @param forwardModel the forward model, which determines the meaning of keys
     */
    InversionReader(ConfigObject inversion, ForwardModelSettings forwardModel) {
        this.inversion = inversion;
        this.forwardModel = forwardModel;
        ConfigObject amplification = inversion.objectOrEmpty("DeltaAmplification");
        amplificationStart = amplification.number(
                "start", MIN_AMPLIFICATION_START, MAX_AMPLIFICATION, InversionSettings.DEFAULT_AMPLIFICATION_START);
        amplificationSlope =
                amplification.number("slope", 0, MAX_AMPLIFICATION, InversionSettings.DEFAULT_AMPLIFICATION_SLOPE);
        amplification.end();
        regularised = inversion.flag("do_reg", true);
        if (isLinear()) {
            linear(inversion);
        } else {
            nonLinear(inversion);
        }
        inversion.end();
    }

    boolean isLinear() {
        return forwardModel instanceof Born;
    }

    private void linear(ConfigObject inversion) {
        if (!regularised) {
            inversion.conflict("do_reg", "must be true with the born forward model", "remove the key");
        }
        for (String key : List.of("outer_tolerance", "velocity_bounds", "offset_range", "stages", "start")) {
            if (inversion.has(key)) {
                inversion.problem(
                        key,
                        "is for the inversion with forward_model.type = integral or finite_difference",
                        "remove it, or choose one of them");
            }
        }
        inversion.withoutEffect("Iter1", "n_max");
    }

    private void nonLinear(ConfigObject inversion) {
        ConfigObject inner = inversion.objectOrEmpty("Iter1");
        innerPasses = inner.integer("n", 1, MAX_PASSES, innerPasses);
        innerTolerance = inner.number("tolerance", 0, 1, innerTolerance);
        inner.end();
        outerPasses = inversion.integer("n_max", 1, MAX_PASSES, outerPasses);
        outerTolerance = inversion.number("outer_tolerance", MIN_TOLERANCE, 1, 0);
        ConfigObject bounds = inversion.objectOrEmpty("velocity_bounds");
        minVelocity = bounds.number("min", MIN_VELOCITY, MAX_VELOCITY, minVelocity);
        maxVelocity = bounds.number("max", MIN_VELOCITY, MAX_VELOCITY, maxVelocity);
        if (minVelocity > maxVelocity) {
            bounds.conflict(
                    "min",
                    "must not be above " + bounds.name("max") + " = " + ConfigObject.shown(maxVelocity),
                    "exchange them");
        }
        bounds.end();
        ConfigObject range = inversion.objectOrEmpty("offset_range");
        offsets = new OffsetRange(
                range.number("min", 0, MAX_OFFSET, offsets.min()), range.number("max", 0, MAX_OFFSET, offsets.max()));
        if (offsets.min() > offsets.max()) {
            range.conflict(
                    "min",
                    "must not be above " + range.name("max") + " = " + ConfigObject.shown(offsets.max()),
                    "exchange them");
        }
        range.end();
        for (ConfigObject stage : inversion.objects("stages", 1, MAX_STAGES)) {
            int first = stage.integer("first", 0, Integer.MAX_VALUE, 0);
            int last = stage.integer("last", 0, Integer.MAX_VALUE);
            if (stage.has("last") && first > last) {
                stage.conflict("first", "must not be above " + stage.name("last") + " = " + last, "exchange them");
            }
            stages.add(new StageKeys(stage, first, last, stage.integer("n_max", 1, MAX_PASSES, outerPasses)));
            stage.end();
        }
        start = inversion.has("start") ? inversion.object("start") : null;
    }

    /** Returns the unread object of the start model; empty for the background. */
    Optional<ConfigObject> start() {
        return Optional.ofNullable(start);
    }

    /**
     * Checks this object against the values of the {@code fwi} that it inverts.
     *
     * @param backgroundVelocity its c_0; NaN if that is faulty
     * @param frequencies its number of frequencies; 0 if that is faulty
     */
    void check(ConfigObject fwi, InversionMode mode, double backgroundVelocity, int frequencies) {
        if (isLinear()) {
            return;
        }
        if (mode == InversionMode.FWI_PYTHON) {
            fwi.conflict(
                    "mode",
                    "must be standard where forward_model.type is not born: FWI-python is linear",
                    "remove the key");
        }
        fwi.withoutEffect("tolerance", "max");
        if (start == null
                && minVelocity <= maxVelocity
                && (minVelocity > backgroundVelocity || maxVelocity < backgroundVelocity)) {
            boolean above = minVelocity > backgroundVelocity;
            inversion
                    .objectOrEmpty("velocity_bounds")
                    .conflict(
                            above ? "min" : "max",
                            "must not be " + (above ? "above " : "below ") + fwi.name("c_0") + " = "
                                    + ConfigObject.shown(backgroundVelocity)
                                    + ", which is what the inversion starts from",
                            "widen the bounds, or give inversion.start");
        }
        for (StageKeys stage : stages) {
            if (frequencies > 0 && stage.last() >= frequencies) {
                stage.keys()
                        .conflict(
                                "last",
                                "must be below " + fwi.name("Freq") + ".nTotal = " + frequencies
                                        + ", frequencies count from 0",
                                "correct either");
            }
        }
    }

    /** Returns whether the range of offsets leaves out measurements. */
    boolean hasOffsets() {
        return !isLinear() && inversion.has("offset_range");
    }

    /** Reports a range of offsets that contains no measurement, unless the range itself is faulty. */
    void checkOffsets(List<Position> receivers, List<Position> sources) {
        if (!(offsets.min() <= offsets.max()) || receivers.isEmpty() || sources.isEmpty()) {
            return;
        }
        LineOffsets given = new LineOffsets(receivers, sources);
        if (!given.includeOneOf(offsets) && Double.isFinite(given.min() + given.max())) {
            inversion.conflict(
                    "offset_range",
                    "leaves out every measurement, sources and receivers are from %s to %s m apart"
                            .formatted(ConfigObject.shown(given.min()), ConfigObject.shown(given.max())),
                    "widen the range");
        }
    }

    /** Returns the settings of the inversion. Call it only if no key was faulty. */
    InversionSettings settings(InversionMode mode, double tolerance, int maxPasses) {
        return new InversionSettings(mode, tolerance, maxPasses, amplificationStart, amplificationSlope);
    }

    ForwardModelSettings forwardModel() {
        return forwardModel;
    }

    /**
     * Returns the further settings of a non-linear inversion, or null for a linear one. Call it only if no key was
     * faulty.
     *
     * @param frequencies number of frequencies of the survey
     */
    NonLinearSettings nonLinear(double backgroundVelocity, int frequencies) {
        if (isLinear()) {
            return null;
        }
        List<Stage> ranges = stages.isEmpty()
                ? List.of(new Stage(0, frequencies - 1, outerPasses))
                : stages.stream()
                        .map(stage -> new Stage(stage.first(), stage.last(), stage.outerPasses()))
                        .toList();
        return new NonLinearSettings(
                innerPasses,
                innerTolerance,
                regularised,
                outerTolerance,
                minVelocity > 0 ? Contrast.ofVelocity(minVelocity, backgroundVelocity) : Double.NEGATIVE_INFINITY,
                maxVelocity < Double.POSITIVE_INFINITY
                        ? Contrast.ofVelocity(maxVelocity, backgroundVelocity)
                        : Double.POSITIVE_INFINITY,
                offsets,
                ranges);
    }
}
