package io.octospark.physics;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.arithmetic.FieldProducts;
import io.octospark.arithmetic.plain.FieldLoops;
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
 * for a range of frequencies, and for all receivers j with all sources s or some of these pairs. The matrix is not built: products are of the fields.
 *
 * <p>An instance never changes once made and may be shared by any number of threads.
 */
public final class TotalFieldOperator implements RowOperator {
    private final ComplexVector[][] receiverFields;
    private final ComplexVector[][] totalFields;
    private final FieldProducts products;
    private final FieldProducts.Rows rows;
    private final int cells;

    /**
     * @param receiverFields of the operator's frequencies
     * @param totalFields by the same frequencies and by source; kept, not copied
     */
    private TotalFieldOperator(
            ComplexVector[][] receiverFields, ComplexVector[][] totalFields, FieldProducts.Rows rows) {
        this.receiverFields = receiverFields;
        this.totalFields = totalFields;
        this.rows = rows;
        cells = totalFields[0][0].length();
        products = Arithmetic.used().routines().fieldProducts(receiverFields, totalFields, rows);
    }

    /**
     * The operator of all receivers and sources with the total fields of a contrast.
     *
     * @param receiverFields of {@link #receiverFields}
     * @param first index of the first frequency
     * @param last index of the last one
     * @throws ForwardModelException if the fields can't be computed
     */
    public static TotalFieldOperator of(
            ComplexVector[][] receiverFields, ForwardModel model, int first, int last, double[] contrast) {
        ComplexVector[][] totalFields = totalFields(model, first, last, contrast);
        return new TotalFieldOperator(
                Arrays.copyOfRange(receiverFields, first, last + 1),
                totalFields,
                FieldProducts.Rows.all(receiverFields[first].length, totalFields[0].length));
    }

    /**
     * The same with some rows of each frequency.
     *
     * @param pairs their receivers and sources, as receiver * sources + source, ascending
     */
    public static TotalFieldOperator of(
            ComplexVector[][] receiverFields, ForwardModel model, int first, int last, double[] contrast, int[] pairs) {
        ComplexVector[][] totalFields = totalFields(model, first, last, contrast);
        return new TotalFieldOperator(
                Arrays.copyOfRange(receiverFields, first, last + 1),
                totalFields,
                FieldProducts.Rows.of(pairs, totalFields[0].length));
    }

    private static ComplexVector[][] totalFields(ForwardModel model, int first, int last, double[] contrast) {
        ComplexVector[][] totalFields = new ComplexVector[last - first + 1][];
        for (int f = first; f <= last; f++) {
            totalFields[f - first] = model.totalFields(f, contrast);
        }
        return totalFields;
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
        return totalFields.length * rows.count();
    }

    @Override
    public int cells() {
        return cells;
    }

    @Override
    public void row(int row, double[] re, double[] im) {
        int f = row / rows.count();
        int pair = row % rows.count();
        FieldLoops.multiply(
                receiverFields[f][rows.receivers()[pair]],
                totalFields[f][rows.sources()[pair]],
                new ComplexVector(re, im));
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        products.forward(contrast, data);
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        products.adjoint(residual, gradient);
    }
}
