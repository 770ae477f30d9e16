package io.octospark.data;

/** The kinds of synthetic models. */
public enum ModelKind {
    /** The notebook's horizontal layers, each a tenth of the depth, over a homogeneous lower half. */
    LAYERS("layers"),
    /** A disc in the middle of the rectangle. */
    CAMEMBERT("camembert"),
    /** A smooth random field. */
    SMOOTH("smooth"),
    /** Random axis-parallel rectangles. */
    BLOCKY("blocky"),
    /** The outline of a temple: a roof over columns on a step. */
    TEMPLE("temple");

    private final String key;

    ModelKind(String key) {
        this.key = key;
    }

    @Override
    public String toString() {
        return key;
    }
}
