package io.octospark.config;

import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.model.SyntheticSettings;
import java.util.List;
import java.util.Locale;

/** Reader of {@code fwi}: the ancestor's GenericInput, with tolerance, max and mode. */
final class FwiReader {
    private static final int MAX_COUNT = 100_000;
    private static final int MAX_CELLS_PER_AXIS = 100_000;
    private static final int MAX_CELLS = Integer.MAX_VALUE - 8;
    private static final double MIN_VELOCITY = 1e-3;
    private static final double MAX_VELOCITY = 1e9;
    private static final double MIN_FREQUENCY = 1e-9;
    private static final double MAX_FREQUENCY = 1e15;
    private static final double MAX_COORDINATE = 1e9;
    private static final double MIN_EXTENT = 1e-6;
    private static final double MIN_TOLERANCE = 1e-100;
    private static final double MAX_TOLERANCE = 1;

    private final ConfigObject fwi;
    private final double backgroundVelocity;
    private final double minHz;
    private final double maxHz;
    private final int frequencies;
    private final Position topLeft;
    private final Position bottomRight;
    private final Position sourcesFirst;
    private final Position sourcesLast;
    private final Position receiversFirst;
    private final Position receiversLast;
    private final int sources;
    private final int receivers;
    private final int nx;
    private final int nz;
    private final int cells;
    private final double tolerance;
    private final int maxPasses;
    private final InversionMode mode;

    /** Reads and checks all keys. */
    FwiReader(ConfigObject fwi) {
        this.fwi = fwi;
        backgroundVelocity = fwi.number("c_0", MIN_VELOCITY, MAX_VELOCITY);
        ConfigObject freq = fwi.object("Freq");
        minHz = freq.number("min", MIN_FREQUENCY, MAX_FREQUENCY);
        maxHz = freq.number("max", MIN_FREQUENCY, MAX_FREQUENCY);
        frequencies = freq.integer("nTotal", 1, MAX_COUNT);
        if (minHz > maxHz) {
            freq.conflict(
                    "min",
                    "must not be above " + freq.name("max") + " = " + ConfigObject.shown(maxHz),
                    "exchange them");
        }
        freq.end();
        topLeft = position("reservoirTopLeft");
        bottomRight = position("reservoirBottomRight");
        double width = bottomRight.x() - topLeft.x();
        double depth = bottomRight.z() - topLeft.z();
        boolean turned = width < MIN_EXTENT || depth < MIN_EXTENT;
        if (turned) {
            fwi.conflict(
                    "reservoirTopLeft",
                    "must be left of and above " + fwi.name("reservoirBottomRight") + ", by "
                            + ConfigObject.shown(MIN_EXTENT) + " m or more (z points down)",
                    "exchange or correct them");
        }
        sourcesFirst = position("sourcesTopLeft");
        sourcesLast = position("sourcesBottomRight");
        receiversFirst = position("receiversTopLeft");
        receiversLast = position("receiversBottomRight");
        sources = fwi.integer("nSources", 1, MAX_COUNT);
        receivers = fwi.integer("nReceivers", 1, MAX_COUNT);
        ConfigObject ngrid = fwi.object("ngrid");
        nx = ngrid.integer("x", Grid.MIN_CELLS_PER_AXIS, MAX_CELLS_PER_AXIS);
        nz = ngrid.integer("z", Grid.MIN_CELLS_PER_AXIS, MAX_CELLS_PER_AXIS);
        ngrid.end();
        long product = (long) nx * nz;
        if (product > MAX_CELLS) {
            fwi.invalid("ngrid", "makes " + product + " cells, the limit is " + MAX_CELLS, "use fewer cells");
        }
        cells = product > MAX_CELLS ? 0 : (int) product;
        tolerance = fwi.number("tolerance", MIN_TOLERANCE, MAX_TOLERANCE, InversionSettings.DEFAULT_TOLERANCE);
        maxPasses = fwi.integer("max", 1, Integer.MAX_VALUE, InversionSettings.DEFAULT_MAX_PASSES);
        mode = fwi.choice("mode", InversionMode.class, InversionMode.STANDARD);
        if (mode == InversionMode.FWI_PYTHON) {
            checkSources();
            if (!turned && (width < nx || depth < nz)) {
                fwi.invalid(
                        "ngrid",
                        "makes cells under 1 m, which mode fwi-python cuts to 0",
                        "use mode standard or fewer cells");
            }
        }
        boolean conjugateGradient = fwi.text("inversion")
                .map(method -> method.toLowerCase(Locale.ROOT).startsWith("conjugategradient"))
                .orElse(true);
        if (!conjugateGradient) {
            fwi.invalid("inversion", "must be ConjugateGradient, the method of this application", "remove the key");
        }
        fwi.withoutEffect("ngrid_original", "verbosity", "fileName", "forward", "threads");
        fwi.end();
    }

    private Position position(String key) {
        ConfigObject point = fwi.object(key);
        Position position = new Position(
                point.number("x", -MAX_COORDINATE, MAX_COORDINATE), point.number("z", -MAX_COORDINATE, MAX_COORDINATE));
        point.end();
        return position;
    }

    /** Checks the sources for mode fwi-python, which uses the receivers as sources. */
    private void checkSources() {
        if (sources > 0 && receivers > 0 && sources != receivers) {
            fwi.conflict(
                    "nSources",
                    "must equal " + fwi.name("nReceivers") + " = " + receivers
                            + " in mode fwi-python, which takes the receivers for sources",
                    "use mode standard");
        }
    }

    /** Returns the cells of a grid, or 0 if their number is faulty. */
    int cells() {
        return cells;
    }

    /** Returns the number of frequencies, sources and receivers together. */
    int points() {
        return frequencies + sources + receivers;
    }

    /** Reports an {@code ngrid} that differs from the experiment's. */
    void requireSameGrid(FwiReader experiment) {
        if (cells > 0 && experiment.cells > 0 && (nx != experiment.nx || nz != experiment.nz)) {
            fwi.conflict("ngrid", "must be that of fwi, as all kernels share one data set", "remove the key");
        }
    }

    /** Returns whether the numbers of frequencies, receivers and sources are equal; also true if a number is faulty. */
    boolean measuresLike(FwiReader other) {
        return isLike(frequencies, other.frequencies)
                && isLike(receivers, other.receivers)
                && isLike(sources, other.sources);
    }

    private static boolean isLike(int number, int other) {
        return number == other || number == 0 || other == 0;
    }

    /** Checks this object against the settings of its inversion. */
    void check(InversionReader inversion) {
        inversion.check(fwi, mode, backgroundVelocity, frequencies);
        if (inversion.hasOffsets()) {
            inversion.checkOffsets(
                    Survey.line(receiversFirst, receiversLast, receivers),
                    Survey.line(sourcesFirst, sourcesLast, sources));
        }
    }

    /**
     * Returns the problem that was read. Call it only if no key was faulty.
     *
     * @param synthetic how synthetic data are made; may be null
     */
    InversionProblem problem(InversionReader inversion, SyntheticSettings synthetic) {
        Grid grid = Grid.of(nx, nz, topLeft, bottomRight);
        List<Position> receiverLine = Survey.line(receiversFirst, receiversLast, receivers);
        List<Position> sourceLine = Survey.line(sourcesFirst, sourcesLast, sources);
        if (mode == InversionMode.FWI_PYTHON) {
            grid = grid.withWholeMetreCells();
            sourceLine = receiverLine;
        }
        List<Double> frequenciesHz = Survey.frequencies(minHz, maxHz, frequencies);
        return new InversionProblem(
                grid,
                new Survey(backgroundVelocity, frequenciesHz, sourceLine, receiverLine),
                inversion.settings(mode, tolerance, maxPasses),
                inversion.forwardModel(),
                synthetic,
                inversion.nonLinear(backgroundVelocity, frequencies));
    }
}
