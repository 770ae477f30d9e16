package io.octospark.physics.forward;

/** The nodes of two axes in the order of the matrix: along the axis with fewer nodes they follow each other. */
record NodeGrid(NodeAxis x, NodeAxis z) {
    private boolean xIsInner() {
        return x.count() <= z.count();
    }

    /** The axis with fewer nodes. */
    NodeAxis inner() {
        return xIsInner() ? x : z;
    }

    NodeAxis outer() {
        return xIsInner() ? z : x;
    }

    /** All nodes. */
    long count() {
        return x.count() * z.count();
    }

    /** Index of the node at these places of the axes. */
    int index(int ix, int iz) {
        return (int) (xIsInner() ? iz * x.count() + ix : ix * z.count() + iz);
    }

    /** Index of the domain's node that stands for a cell. */
    int ofCell(int ix, int iz) {
        return index(x.first() + ix, z.first() + iz);
    }
}
