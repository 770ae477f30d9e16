package io.octospark.arithmetic.plain;

import io.octospark.arithmetic.FieldProducts;
import io.octospark.model.ComplexVector;
import java.util.Arrays;

/** The products in plain Java, row after row. */
final class PlainFieldProducts implements FieldProducts {
    private final ComplexVector[][] receiverFields;
    private final ComplexVector[][] sourceFields;
    private final Rows rows;

    PlainFieldProducts(ComplexVector[][] receiverFields, ComplexVector[][] sourceFields, Rows rows) {
        this.receiverFields = receiverFields;
        this.sourceFields = sourceFields;
        this.rows = rows;
    }

    private void write(int row, ComplexVector entries) {
        int f = row / rows.count();
        int i = row % rows.count();
        FieldLoops.multiply(receiverFields[f][rows.receivers()[i]], sourceFields[f][rows.sources()[i]], entries);
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        ComplexVector entries = ComplexVector.zeros(contrast.length);
        for (int row = 0; row < data.length(); row++) {
            write(row, entries);
            data.re()[row] = FieldLoops.dot(entries.re(), contrast);
            data.im()[row] = FieldLoops.dot(entries.im(), contrast);
        }
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        Arrays.fill(gradient, 0);
        ComplexVector entries = ComplexVector.zeros(gradient.length);
        for (int row = 0; row < residual.length(); row++) {
            write(row, entries);
            FieldLoops.addScaled(residual.re()[row], entries.re(), residual.im()[row], entries.im(), gradient);
        }
    }
}
