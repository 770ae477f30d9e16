package io.octospark.model;

/** The kind of the numbers of a data set. */
public enum DataKind {
    /** Contrast, dimensionless. */
    CONTRAST("contrast"),
    /** Velocity in m/s. */
    VELOCITY("velocity"),
    /** Measured data: the complex scattered pressure of every measurement. */
    PRESSURE("pressure");

    private final String key;

    DataKind(String key) {
        this.key = key;
    }

    @Override
    public String toString() {
        return key;
    }
}
