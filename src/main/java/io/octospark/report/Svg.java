package io.octospark.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Builds the text of an SVG picture. Coordinates are pixels from the top left. */
final class Svg {
    /** Where text is fixed. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** Paragraphs: characters per line, font size and line height in pixels. */
    private static final int LINE_LENGTH = 56;

    private static final int LINE_SIZE = 13;
    private static final double LINE_HEIGHT = 17;

    private final StringBuilder body = new StringBuilder();
    private final double width;
    private final double height;

    /**
     * @param width in pixels
     * @param height in pixels
     * @param title what the picture shows, for those who can't see it
     */
    Svg(double width, double height, String title) {
        this.width = width;
        this.height = height;
        body.append("<title>").append(escaped(title)).append("</title>\n");
        rectangle(0, 0, width, height, "#ffffff", "none");
    }

    double width() {
        return width;
    }

    double height() {
        return height;
    }

    void rectangle(double x, double y, double w, double h, String fill, String stroke) {
        add(
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\" stroke=\"%s\"/>",
                x, y, w, h, fill, stroke);
    }

    void line(double x1, double y1, double x2, double y2, String stroke) {
        add("<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"%s\"/>", x1, y1, x2, y2, stroke);
    }

    /** @param points x and y in turn */
    void polyline(double[] points, String stroke) {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            list.append(String.format(Locale.ROOT, "%.2f,%.2f ", points[i], points[i + 1]));
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke-width=\"2\" stroke=\"%s\"/>",
                list.toString().strip(), stroke);
    }

    void text(double x, double y, Anchor anchor, int size, String text) {
        String attributes = String.format(
                Locale.ROOT,
                "x=\"%.2f\" y=\"%.2f\" font-size=\"%d\" text-anchor=\"%s\"",
                x,
                y,
                size,
                anchor.name().toLowerCase(Locale.ROOT));
        body.append("<text ")
                .append(attributes)
                .append('>')
                .append(escaped(text))
                .append("</text>\n");
    }

    /** Short lines around a centre; what does not fit into the height is left out. */
    void paragraph(double x, double y, double height, String text) {
        // A word that is longer than a line, like a path, is broken.
        String broken = text.replaceAll("(\\S{" + LINE_LENGTH + "})(?=\\S)", "$1 ");
        List<String> lines = new ArrayList<>(broken.replaceAll("(.{1," + LINE_LENGTH + "})(\\s+|$)", "$1\n")
                .lines()
                .toList());
        int most = (int) (height / LINE_HEIGHT);
        if (lines.size() > most) {
            lines.subList(most - 1, lines.size()).clear();
            lines.add("...");
        }
        double first = y - (lines.size() - 1) * LINE_HEIGHT / 2;
        for (int i = 0; i < lines.size(); i++) {
            text(x, first + i * LINE_HEIGHT, Anchor.MIDDLE, LINE_SIZE, lines.get(i));
        }
    }

    /** Text that is read from below to above. */
    void verticalText(double x, double y, int size, String text) {
        body.append(String.format(
                        Locale.ROOT,
                        "<text transform=\"translate(%.2f,%.2f) rotate(-90)\" font-size=\"%d\" text-anchor=\"middle\">",
                        x,
                        y,
                        size))
                .append(escaped(text))
                .append("</text>\n");
    }

    /** @param dataUri the image itself */
    void image(double x, double y, double w, double h, String dataUri) {
        add(
                "<image x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" preserveAspectRatio=\"none\""
                        + " style=\"image-rendering:pixelated\" href=\"%s\"/>",
                x, y, w, h, dataUri);
    }

    private void add(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** Text that can stand in XML and HTML. What XML has no place for becomes a replacement character. */
    static String escaped(String text) {
        return text.replaceAll("[^\\u0009\\u000a\\u000d\\u0020-\\ud7ff\\ue000-\\ufffd\\x{10000}-\\x{10ffff}]", "\ufffd")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** The whole picture. */
    @Override
    public String toString() {
        String size = String.format(
                Locale.ROOT, "width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\"", width, height, width, height);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" font-family=\"sans-serif\" fill=\"#222222\" "
                + size + ">\n" + body + "</svg>\n";
    }
}
