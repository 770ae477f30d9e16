package io.octospark.report;

import io.octospark.model.Grid;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;

/** Draws a grid in one picture: model, reconstruction, difference and residual curve. */
final class GridPicture {
    private static final double PLOT_WIDTH = 420;
    private static final double MIN_PLOT_HEIGHT = 150;
    private static final double MAX_PLOT_HEIGHT = 560;
    private static final double LEFT = 64;
    private static final double RIGHT = 96;
    private static final double TOP = 34;
    private static final double BOTTOM = 50;
    private static final double HEADER = 62;
    private static final double BAR_WIDTH = 14;
    private static final int BAR_STEPS = 128;
    private static final String INK = "#222222";
    private static final String FAINT = "#dddddd";
    private static final String CURVE = "#2c728e";

    private final StoredGrid stored;
    private final Optional<GridFrame> frame;
    private final Quantity quantity;
    private final double plotHeight;
    private final Svg svg;

    private GridPicture(StoredGrid stored, Optional<GridFrame> frame, Quantity quantity) {
        this.stored = stored;
        this.frame = frame;
        this.quantity = quantity;
        double aspect = frame.map(GridFrame::aspect).orElse(0.5);
        plotHeight = Math.min(MAX_PLOT_HEIGHT, Math.max(MIN_PLOT_HEIGHT, PLOT_WIDTH * aspect));
        svg = new Svg(2 * panelWidth(), HEADER + 2 * panelHeight(), stored.title() + "; " + stored.outcome());
    }

    /**
     * Draws a grid.
     *
     * @param frame where its cells are; without one only the residual curve is drawn
     * @param truth its true contrast, or why that is not known
     * @return the picture as SVG
     */
    static String svg(StoredGrid stored, Optional<GridFrame> frame, Truth truth, Quantity quantity) {
        GridPicture picture = new GridPicture(stored, frame, quantity);
        picture.draw(truth);
        return picture.svg.toString();
    }

    private double panelWidth() {
        return LEFT + PLOT_WIDTH + RIGHT;
    }

    private double panelHeight() {
        return TOP + plotHeight + BOTTOM;
    }

    private void draw(Truth truth) {
        svg.text(LEFT, 26, Svg.Anchor.START, 18, stored.title());
        svg.text(LEFT, 48, Svg.Anchor.START, 13, stored.outcome());
        Optional<double[]> model = truth.contrast().map(this::shown);
        Optional<String> obstacle = stored.obstacle(frame, truth.reason());
        Optional<double[]> found =
                obstacle.isPresent() ? Optional.empty() : stored.chi().map(this::shown);
        Range shared = Range.of(model, found);
        String unit = quantity.label();
        panel(0, 0, "Model, " + unit, model, truth.reason(), ColourMap.SEQUENTIAL, shared);
        panel(1, 0, "Reconstruction, " + unit, found, obstacle.orElse(""), ColourMap.SEQUENTIAL, shared);
        Optional<double[]> difference = model.flatMap(values -> found.map(other -> difference(other, values)));
        panel(
                0,
                1,
                "Reconstruction - model, " + unit,
                difference,
                stored.chi().isEmpty() ? "no reconstruction" : model.isPresent() ? obstacle.orElse("") : truth.reason(),
                ColourMap.DIVERGING,
                Range.of(difference, Optional.empty()).aroundZero());
        residuals(panelWidth(), HEADER + panelHeight());
    }

    private double[] shown(double[] contrast) {
        return quantity.of(contrast, frame.orElseThrow().backgroundVelocity());
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = new double[a.length];
        Arrays.setAll(difference, cell -> a[cell] - b[cell]);
        return difference;
    }

    /** From the least number to the greatest. */
    private record Range(double low, double high) {
        static Range of(Optional<double[]> a, Optional<double[]> b) {
            double[] known = DoubleStream.concat(
                            a.stream().flatMapToDouble(Arrays::stream),
                            b.stream().flatMapToDouble(Arrays::stream))
                    .filter(Double::isFinite)
                    .toArray();
            return known.length == 0
                    ? new Range(0, 1)
                    : new Range(
                            Arrays.stream(known).min().getAsDouble(),
                            Arrays.stream(known).max().getAsDouble());
        }

        Range aroundZero() {
            double most = Math.max(Math.abs(low), Math.abs(high));
            return new Range(-most, most);
        }

        /** The range of the colour bar, widened if all numbers are equal. */
        Range shown() {
            double least = 1e-9 * Math.max(1, Math.abs(low));
            return high - low > least
                    ? this
                    : new Range(
                            low - Math.max(least, Math.abs(low) / 100), high + Math.max(least, Math.abs(high) / 100));
        }
    }

    private void panel(
            int column,
            int row,
            String title,
            Optional<double[]> values,
            String reason,
            ColourMap colours,
            Range range) {
        double x = column * panelWidth() + LEFT;
        double y = HEADER + row * panelHeight() + TOP;
        svg.text(x, y - 10, Svg.Anchor.START, 14, title);
        if (values.isEmpty()) {
            absent(x, y, reason);
            return;
        }
        Range shown = range.shown();
        Grid grid = frame.orElseThrow().grid();
        svg.image(x, y, PLOT_WIDTH, plotHeight, png(grid.nx(), grid.nz(), values.get(), colours, shown));
        svg.rectangle(x, y, PLOT_WIDTH, plotHeight, "none", INK);
        double left = grid.topLeft().x();
        double top = grid.topLeft().z();
        bottomAxis(x, y, left, left + grid.nx() * grid.cellWidth(), "x (m)");
        leftAxis(x, y, top, top + grid.nz() * grid.cellHeight());
        bar(x + PLOT_WIDTH + 12, y, colours, shown);
    }

    /** What stands in a panel's place. */
    private void absent(double x, double y, String reason) {
        svg.rectangle(x, y, PLOT_WIDTH, plotHeight, "#f4f4f4", FAINT);
        svg.paragraph(x + PLOT_WIDTH / 2, y + plotHeight / 2, plotHeight, reason);
    }

    private void bottomAxis(double x, double y, double from, double to, String label) {
        double bottom = y + plotHeight;
        for (double tick : Ticks.linear(from, to, Math.min(7, 1 + (int) Math.ceil(to - from)))) {
            double at = x + (tick - from) / (to - from) * PLOT_WIDTH;
            svg.line(at, bottom, at, bottom + 5, INK);
            svg.text(at, bottom + 18, Svg.Anchor.MIDDLE, 12, Ticks.label(tick));
        }
        svg.text(x + PLOT_WIDTH / 2, bottom + 36, Svg.Anchor.MIDDLE, 12, label);
    }

    private void leftAxis(double x, double y, double from, double to) {
        for (double tick : Ticks.linear(from, to, 6)) {
            double at = y + (tick - from) / (to - from) * plotHeight;
            svg.line(x - 5, at, x, at, INK);
            svg.text(x - 8, at + 4, Svg.Anchor.END, 12, Ticks.label(tick));
        }
        svg.verticalText(x - 46, y + plotHeight / 2, 12, "depth z (m)");
    }

    private void bar(double x, double y, ColourMap colours, Range range) {
        double[] steps = new double[BAR_STEPS];
        Arrays.setAll(steps, i -> range.high() - (i + 0.5) / BAR_STEPS * (range.high() - range.low()));
        svg.image(x, y, BAR_WIDTH, plotHeight, png(1, BAR_STEPS, steps, colours, range));
        svg.rectangle(x, y, BAR_WIDTH, plotHeight, "none", INK);
        for (double tick : Ticks.linear(range.low(), range.high(), 6)) {
            double at = y + (range.high() - tick) / (range.high() - range.low()) * plotHeight;
            svg.line(x + BAR_WIDTH, at, x + BAR_WIDTH + 4, at, INK);
            svg.text(x + BAR_WIDTH + 7, at + 4, Svg.Anchor.START, 12, Ticks.label(tick));
        }
    }

    /** A pixel for each number. */
    private static String png(int width, int height, double[] values, ColourMap colours, Range range) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < values.length; i++) {
            image.setRGB(i % width, i / width, colours.colour(values[i], range.low(), range.high()));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private void residuals(double panelX, double panelY) {
        double x = panelX + LEFT;
        double y = panelY + TOP;
        svg.text(x, y - 10, Svg.Anchor.START, 14, "Residual by pass");
        double[] history = stored.residualHistory();
        double[] positive = Arrays.stream(history)
                .filter(value -> value > 0 && Double.isFinite(value))
                .toArray();
        if (positive.length == 0) {
            absent(x, y, stored.chi().isEmpty() ? "no residuals: the grid failed" : "no residual above 0");
            return;
        }
        double low = Math.floor(Math.log10(Arrays.stream(positive).min().getAsDouble()));
        double least = Math.ceil(Math.log10(Arrays.stream(positive).max().getAsDouble()));
        double high = Math.max(least, low + 1);
        for (double tick : Ticks.decades(Math.pow(10, low), Math.pow(10, high), 7)) {
            double at = y + (high - Math.log10(tick)) / (high - low) * plotHeight;
            svg.line(x, at, x + PLOT_WIDTH, at, FAINT);
            svg.text(x - 8, at + 4, Svg.Anchor.END, 12, Ticks.label(tick));
        }
        svg.rectangle(x, y, PLOT_WIDTH, plotHeight, "none", INK);
        int last = Math.max(2, history.length);
        bottomAxis(x, y, 1, last, "pass");
        // A residual of 0 has no logarithm: the curve leaves it out.
        double[] points = new double[2 * positive.length];
        int point = 0;
        for (int pass = 0; pass < history.length; pass++) {
            if (history[pass] > 0 && Double.isFinite(history[pass])) {
                points[point++] = x + pass / (last - 1.0) * PLOT_WIDTH;
                points[point++] = y + (high - Math.log10(history[pass])) / (high - low) * plotHeight;
            }
        }
        svg.polyline(points, CURVE);
    }
}
