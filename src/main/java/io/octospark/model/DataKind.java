package io.octospark.model;

/** What the numbers of a data set are. */
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
