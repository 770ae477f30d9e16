package io.octospark.physics.forward;

import io.octospark.error.Messages;
import io.octospark.model.ComplexVector;
import io.octospark.physics.ForwardModelException;
import java.util.Locale;

/**
 * Generalised minimal residuals for {@code (I - Gv chi) p = p0}: of all p in p0 plus the Krylov space, the one with the
 * smallest residual. Y. Saad and M. H. Schultz, <em>GMRES: a generalized minimal residual algorithm for solving
 * nonsymmetric linear systems</em>, SIAM J. Sci. Stat. Comput. 7 (1986) 856-869. Converges however strong the scattering.
 * Never restarts, so that it cannot stagnate; it keeps one field for every pass.
 */
final class Gmres implements ScatteringSolver {
    private final int maxPasses;
    private final double tolerance;

    /** Ends when the residual's norm is at most {@code tolerance} times that of p0. */
    Gmres(int maxPasses, double tolerance) {
        this.maxPasses = maxPasses;
        this.tolerance = tolerance;
    }

    @Override
    public ComplexVector solve(GreensConvolution gv, double[] contrast, ComplexVector incident) {
        double limit = tolerance * Math.sqrt(incident.normSquared());
        // The residual of p = p0.
        ComplexVector residual = gv.scatter(contrast, incident);
        OrthonormalBasis basis = new OrthonormalBasis();
        double residualNorm = basis.add(residual).re()[0];
        HessenbergSystem system = new HessenbergSystem(residualNorm);
        for (int pass = 0; residualNorm > limit; pass++) {
            if (pass == maxPasses) {
                throw new ForwardModelException(String.format(
                        Locale.ROOT,
                        "GMRES left a residual of %.1e, relative to the incident field, after %s; its tolerance is"
                                + " %.1e: allow more passes or a larger tolerance",
                        tolerance * residualNorm / limit,
                        Messages.count(maxPasses, "pass"),
                        tolerance));
            }
            ComplexVector image = gv.scatter(contrast, basis.get(pass));
            image.setDifference(basis.get(pass), image);
            residualNorm = system.add(basis.add(image));
        }
        ComplexVector factors = system.solve();
        ComplexVector field = incident.copy();
        for (int j = 0; j < factors.length(); j++) {
            field.addScaled(factors.re()[j], factors.im()[j], basis.get(j));
        }
        return field;
    }
}
