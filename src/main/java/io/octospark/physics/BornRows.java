package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;

/** Computes rows of the {@linkplain BornOperator Born operator} at one frequency. Serves one thread. */
final class BornRows {
    private final ComplexVector[] receiverFields;
    private final ComplexVector[] incidentFields;

    BornRows(Grid grid, Survey survey, int frequency) {
        receiverFields = GreensFunction.receiverFields(grid, survey, frequency);
        incidentFields = GreensFunction.incidentFields(grid, survey, frequency);
    }

    /** Writes {@code scale} times the row of a receiver and a source into arrays, from an index on. */
    void write(int receiver, int source, double scale, double[] re, double[] im, int start) {
        ComplexVector receiverField = receiverFields[receiver];
        ComplexVector incidentField = incidentFields[source];
        for (int x = 0; x < receiverField.length(); x++) {
            double a = receiverField.re()[x];
            double b = receiverField.im()[x];
            double c = incidentField.re()[x];
            double d = incidentField.im()[x];
            re[start + x] = scale * (a * c - b * d);
            im[start + x] = scale * (a * d + b * c);
        }
    }
}
