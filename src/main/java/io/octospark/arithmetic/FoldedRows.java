package io.octospark.arithmetic;

import io.octospark.model.ComplexVector;

/**
 * The rows of an operator that differ from each other. Cell by cell, each is the product of a receiver's and a source's
 * field. Fields are not to be changed.
 */
public interface FoldedRows {
    int foldedRows();

    int cells();

    ComplexVector receiverField(int foldedRow);

    ComplexVector sourceField(int foldedRow);
}
