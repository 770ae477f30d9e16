package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import io.octospark.physics.ForwardModelException;
import java.util.ArrayList;
import java.util.List;

/**
 * The total field {@code p0 + sum_j alpha_j phi_j} of given fields phi_j whose factors make it solve the integral equation
 * as well as they can: those of least squares, and of these the ones of minimum norm where the phi_j depend on each other.
 * Keeps two fields for each one given.
 */
final class FieldFit {
    private final GreensConvolution gv;
    private final double[] contrast;
    private final ComplexVector incident;

    /** Gv chi p0, which the columns phi_j - Gv chi phi_j are to add up to. */
    private final ComplexVector singleScattering;

    private final List<ComplexVector> fields = new ArrayList<>();

    /** Spans the columns. */
    private final OrthonormalBasis basis = new OrthonormalBasis();

    /** The coordinates of the columns in the basis. */
    private final List<ComplexVector> coefficients = new ArrayList<>();

    FieldFit(GreensConvolution gv, double[] contrast, ComplexVector incident) {
        this.gv = gv;
        this.contrast = contrast;
        this.incident = incident;
        singleScattering = gv.scatter(contrast, incident);
    }

    /**
     * Takes another field, which is kept, and returns the total field fitted to all.
     *
     * @throws ForwardModelException if the field is too large for least squares, or not a number
     */
    ComplexVector add(ComplexVector field) {
        fields.add(field);
        ComplexVector column = gv.scatter(contrast, field);
        column.setDifference(field, column);
        ComplexVector columnCoefficients = basis.add(column);
        if (!Double.isFinite(columnCoefficients.normSquared())) {
            throw new ForwardModelException(Failures.NOT_FINITE);
        }
        coefficients.add(columnCoefficients);

        ComplexVector factors = LeastSquares.minimumNorm(coefficients, basis.project(singleScattering));
        ComplexVector total = incident.copy();
        for (int j = 0; j < fields.size(); j++) {
            total.addScaled(factors.re()[j], factors.im()[j], fields.get(j));
        }
        return total;
    }
}
