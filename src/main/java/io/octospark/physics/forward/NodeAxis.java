package io.octospark.physics.forward;

import java.util.Arrays;

/**
 * The nodes along one axis of the finite-difference grid. Those of the domain have its ends as first and last; on either
 * side follow as many as the sources need, then the nodes of a layer.
 *
 * @param start coordinate of the domain's first node, metres
 * @param spacing distance between neighbours, metres
 * @param domain nodes of the domain, one for each cell
 * @param before nodes that the sources need before the domain
 * @param after nodes that they need after it
 * @param layer nodes of each of the two layers
 */
record NodeAxis(double start, double spacing, int domain, int before, int after, int layer) {
    /**
     * @param start first end of the domain, metres
     * @param end second end, metres
     * @param cells cells of the domain, at least 2
     * @param sources coordinates of the sources, metres
     * @param sourceHalfWidth nodes that a source needs to either side
     * @param layerWidth least width of a layer, metres
     */
    static NodeAxis of(double start, double end, int cells, double[] sources, int sourceHalfWidth, double layerWidth) {
        double spacing = (end - start) / (cells - 1);
        double first = Arrays.stream(sources).min().orElse(start);
        double last = Arrays.stream(sources).max().orElse(end);
        return new NodeAxis(
                start,
                spacing,
                cells,
                nodes(start - first + spacing * sourceHalfWidth, spacing),
                nodes(last - end + spacing * sourceHalfWidth, spacing),
                nodes(layerWidth, spacing));
    }

    private static int nodes(double width, double spacing) {
        return (int) Math.ceil(Math.max(0, width) / spacing);
    }

    /** All nodes. */
    long count() {
        return 2L * layer + before + domain + after;
    }

    /** Index of the domain's first node among all. */
    int first() {
        return layer + before;
    }

    /** Coordinate of a node in metres. */
    double coordinate(int node) {
        return start + (node - first()) * spacing;
    }

    /** The node that is nearest to a coordinate; of two the one farther from the domain's start. */
    int nearest(double coordinate) {
        double distance = (coordinate - start) / spacing;
        return first() + (int) Math.copySign((double) Math.round(Math.abs(distance)), distance);
    }

    /** Metres from the inner edge of the layer that a node is in: negative before the domain, 0 outside of layers. */
    double depthInLayer(int node) {
        long beyond = Math.max(0, node - (count() - 1 - layer));
        return (Math.min(0, node - layer) + beyond) * spacing;
    }
}
