package io.octospark.model;

/** The program whose inversion is followed. */
public enum InversionMode {
    /** The algorithm as published and as the logged U280 runs computed it. */
    STANDARD("standard"),
    /**
     * The algorithm with the peculiarities of FWI-python, for comparison with published OctoRay runs: whole-metre
     * cells, incident fields from the receivers' positions, a crossed divergence in the regularisation, its own stop
     * rule.
     */
    FWI_PYTHON("fwi-python");

    private final String key;

    InversionMode(String key) {
        this.key = key;
    }

    @Override
    public String toString() {
        return key;
    }
}
