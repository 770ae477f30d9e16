package io.octospark.physics;

import io.octospark.model.ComplexVector;
import java.util.Arrays;

/** The products in plain Java, row after row of K. */
final class PlainFactoredProducts implements FactoredProducts {
    private final FactoredOperator operator;

    PlainFactoredProducts(FactoredOperator operator) {
        this.operator = operator;
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        ComplexVector row = ComplexVector.zeros(operator.cells());
        for (int i = 0; i < data.length(); i++) {
            FactoredOperator.multiply(operator.receiverField(i), operator.sourceField(i), row);
            data.re()[i] = FactoredOperator.dot(row.re(), contrast);
            data.im()[i] = FactoredOperator.dot(row.im(), contrast);
        }
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        Arrays.fill(gradient, 0);
        ComplexVector row = ComplexVector.zeros(operator.cells());
        for (int i = 0; i < residual.length(); i++) {
            FactoredOperator.multiply(operator.receiverField(i), operator.sourceField(i), row);
            FactoredOperator.addScaled(residual.re()[i], row.re(), residual.im()[i], row.im(), gradient);
        }
    }
}
