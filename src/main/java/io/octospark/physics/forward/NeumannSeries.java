package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Neumann series {@code p = p0 + Gv chi p0 + (Gv chi)^2 p0 + ...}, order of scattering by order, or, fitted, the same
 * fields with the factors that leave the smallest residual.
 *
 * <p>A pass computes the contrast sources W = chi p and the field phi that their change dW since the last pass sends out.
 * Plainly, p grows by phi. Fitted, {@code p = p0 + sum_j alpha_j phi_j} over all passes, with the alpha for which
 *
 * <pre>|| sum_j alpha_j (phi_j - Gv chi phi_j) - Gv chi p0 ||</pre>
 *
 * is smallest. The passes end when {@code ||dW|| < tolerance ||W||}, or when all are used up; that a series grows is said
 * once in the log. The plain series converges if the spectral radius of Gv chi is below 1; the fitted one, which searches the same space as {@link Gmres},
 * can do more. It keeps two fields for every pass.
 */
final class NeumannSeries implements ScatteringSolver {
    private static final Logger LOG = LoggerFactory.getLogger(NeumannSeries.class);

    private final int maxPasses;
    private final double tolerance;
    private final boolean fitted;
    private final AtomicBoolean warned = new AtomicBoolean();

    NeumannSeries(int maxPasses, double tolerance, boolean fitted) {
        this.maxPasses = maxPasses;
        this.tolerance = tolerance;
        this.fitted = fitted;
    }

    @Override
    public ComplexVector solve(GreensConvolution gv, double[] contrast, ComplexVector incident) {
        int cells = contrast.length;
        ComplexVector field = incident.copy();
        ComplexVector sources = ComplexVector.zeros(cells);
        ComplexVector lastSources = ComplexVector.zeros(cells);
        ComplexVector change = ComplexVector.zeros(cells);
        double firstChange = 0;
        double lastChange = 0;
        FieldFit fit = fitted ? new FieldFit(gv, contrast, incident) : null;
        for (int pass = 0; pass < maxPasses; pass++) {
            GreensConvolution.setProduct(contrast, field, sources);
            change.setDifference(sources, lastSources);
            double norm = Math.sqrt(sources.normSquared());
            if (norm == 0) {
                return incident.copy();
            }
            lastChange = Math.sqrt(change.normSquared());
            if (pass == 0) {
                firstChange = lastChange;
            } else if (lastChange / norm < tolerance) {
                break;
            }
            if (fitted) {
                ComplexVector scattered = ComplexVector.zeros(cells);
                gv.apply(change, scattered);
                field = fit.add(scattered);
            } else {
                gv.apply(change, change);
                field.addScaled(1, change);
            }
            ComplexVector swap = lastSources;
            lastSources = sources;
            sources = swap;
        }
        if (!fitted && lastChange > firstChange && !warned.getAndSet(true)) {
            LOG.warn(
                    "The Neumann series of total fields grows from pass to pass, so that they are wrong: the contrast is too"
                            + " strong for it; set calcAlpha or solver gmres in forward_model.Iter2");
        }
        return field;
    }
}
