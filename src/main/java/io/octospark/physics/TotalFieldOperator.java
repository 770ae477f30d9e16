package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import java.util.Arrays;

/**
 * The operator of the non-linear inversion: the data of a contrast with the total field held. Its rows are those of the
 * {@linkplain BornOperator Born operator} with the total field p of a source in the place of the incident field,
 *
 * <pre>K[(f, j, s), x] = V g(k_f, |x - receiver_j|) * p_{f,s}(x)</pre>
 *
 * for a range of frequencies. The matrix is not built: products are of the fields.
 *
 * <p>An instance never changes once made and may be shared by any number of threads.
 */
public final class TotalFieldOperator implements RowOperator {
    private final ComplexVector[][] receiverFields;
    private final ComplexVector[][] totalFields;
    private final int receivers;
    private final int sources;
    private final int cells;

    /**
     * @param receiverFields of the operator's frequencies
     * @param totalFields by the same frequencies and by source; kept, not copied
     */
    private TotalFieldOperator(ComplexVector[][] receiverFields, ComplexVector[][] totalFields) {
        this.receiverFields = receiverFields;
        this.totalFields = totalFields;
        receivers = receiverFields[0].length;
        sources = totalFields[0].length;
        cells = totalFields[0][0].length();
    }

    /**
     * The operator with the total fields of a contrast.
     *
     * @param receiverFields of {@link #receiverFields}
     * @param first index of the first frequency
     * @param last index of the last one
     * @throws ForwardModelException if the fields can't be computed
     */
    public static TotalFieldOperator of(
            ComplexVector[][] receiverFields, ForwardModel model, int first, int last, double[] contrast) {
        ComplexVector[][] totalFields = new ComplexVector[last - first + 1][];
        for (int f = first; f <= last; f++) {
            totalFields[f - first] = model.totalFields(f, contrast);
        }
        return new TotalFieldOperator(Arrays.copyOfRange(receiverFields, first, last + 1), totalFields);
    }

    /** The fields V g that receivers would send to the cells, by frequency and receiver. They may be shared. */
    public static ComplexVector[][] receiverFields(Grid grid, Survey survey) {
        ComplexVector[][] fields = new ComplexVector[survey.frequenciesHz().size()][];
        for (int f = 0; f < fields.length; f++) {
            fields[f] = GreensFunction.receiverFields(grid, survey, f);
        }
        return fields;
    }

    @Override
    public int rows() {
        return totalFields.length * receivers * sources;
    }

    @Override
    public int cells() {
        return cells;
    }

    @Override
    public void row(int row, double[] re, double[] im) {
        ComplexVector receiverField = receiverFields[row / (receivers * sources)][row / sources % receivers];
        ComplexVector totalField = totalFields[row / (receivers * sources)][row % sources];
        FactoredOperator.multiply(receiverField, totalField, new ComplexVector(re, im));
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        // Contrast sources first, which all receivers share.
        ComplexVector source = ComplexVector.zeros(cells);
        for (int f = 0; f < totalFields.length; f++) {
            for (int s = 0; s < sources; s++) {
                multiply(totalFields[f][s].re(), contrast, source.re());
                multiply(totalFields[f][s].im(), contrast, source.im());
                for (int j = 0; j < receivers; j++) {
                    ComplexVector field = receiverFields[f][j];
                    int row = (f * receivers + j) * sources + s;
                    data.re()[row] = FactoredOperator.dot(field.re(), source.re())
                            - FactoredOperator.dot(field.im(), source.im());
                    data.im()[row] = FactoredOperator.dot(field.re(), source.im())
                            + FactoredOperator.dot(field.im(), source.re());
                }
            }
        }
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        Arrays.fill(gradient, 0);
        // The residual sent back by the receivers: sum conj(G_j) r_j.
        ComplexVector back = ComplexVector.zeros(cells);
        for (int f = 0; f < totalFields.length; f++) {
            for (int s = 0; s < sources; s++) {
                Arrays.fill(back.re(), 0);
                Arrays.fill(back.im(), 0);
                for (int j = 0; j < receivers; j++) {
                    ComplexVector field = receiverFields[f][j];
                    int row = (f * receivers + j) * sources + s;
                    double re = residual.re()[row];
                    double im = residual.im()[row];
                    FactoredOperator.addScaled(re, field.re(), im, field.im(), back.re());
                    FactoredOperator.addScaled(im, field.re(), -re, field.im(), back.im());
                }
                addProduct(totalFields[f][s].re(), back.re(), gradient);
                addProduct(totalFields[f][s].im(), back.im(), gradient);
            }
        }
    }

    private static void multiply(double[] a, double[] b, double[] product) {
        for (int x = 0; x < a.length; x++) {
            product[x] = a[x] * b[x];
        }
    }

    private static void addProduct(double[] a, double[] b, double[] sum) {
        for (int x = 0; x < a.length; x++) {
            sum[x] += a[x] * b[x];
        }
    }
}
