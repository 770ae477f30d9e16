package io.octospark.model;

/** The arithmetic of the two products of a compute unit. Everything else is float64. */
public enum Precision {
    /** Both products in float64. */
    FLOAT64("float64"),
    /** Forward product in float64 on the host, update direction in float32 as on a card: the published U280 runs. */
    U280_HOST("u280-host"),
    /** Both products in float32, as on a card. */
    FLOAT32("float32");

    private final String key;

    Precision(String key) {
        this.key = key;
    }

    @Override
    public String toString() {
        return key;
    }
}
