package io.octospark.report;

import java.util.List;

/**
 * Colours of numbers, linear between published control points.
 *
 * <p>{@link #SEQUENTIAL} is viridis by S. van der Walt and N. Smith (2015): equal steps of the number look equally large,
 * also to the colour-blind and in grey. {@link #DIVERGING} is RdBu by C. Brewer: white in the middle, for differences.
 */
enum ColourMap {
    SEQUENTIAL(0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725),
    DIVERGING(
            0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b,
            0x67001f);

    /** What has no number. */
    static final int UNDEFINED = 0x9a9a9a;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
    private final List<Integer> points;

    ColourMap(Integer... points) {
        this.points = List.of(points);
    }

    /**
     * Colour of a number as 0xRRGGBB.
     *
     * @param low number of the first colour
     * @param high number of the last one; numbers outside have the colour of their end
     */
    int colour(double value, double low, double high) {
        if (!Double.isFinite(value)) {
            return UNDEFINED;
        }
        double share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
        double place = share * (points.size() - 1);
        int before = (int) Math.min(place, points.size() - 2);
        double weight = place - before;
        int colour = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double channel = (points.get(before) >> shift & 0xff) * (1 - weight)
                    + (points.get(before + 1) >> shift & 0xff) * weight;
            colour |= (int) Math.round(channel) << shift;
        }
        return colour;
    }

    /** The control points as CSS colours. */
    List<String> css() {
        return points.stream().map(ColourMap::css).toList();
    }

    /** A colour in CSS. */
    static String css(int colour) {
        return "#%06x".formatted(colour);
    }
}
