package io.octospark.inversion;

import io.octospark.error.ErrorCode;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionSettings;
import io.octospark.physics.LinearOperator;

/**
 * Regularised conjugate-gradient inversion of linear data p = K chi: finds the real contrast chi that minimises
 *
 * <pre>F(chi) F_R(chi),   F(chi) = eta ||p - K chi||^2,   eta = 1 / ||p||^2</pre>
 *
 * with the {@linkplain Regularisation multiplicative regularisation} F_R. Search directions are Polak-Ribiere conjugate
 * gradients; the step minimises the product of both parabolas.
 *
 * <p>The residual r = p - K chi is computed afresh in every pass, or follows r -= alpha K zeta, which the step length has
 * just computed, and is computed afresh every so many passes only: one forward product in a pass in place of two. In exact
 * arithmetic both are the same; see {@code docs/accuracy.md} for what rounding makes of it.
 *
 * <p>An instance may be used for any number of grids, also by several threads at once, each with an operator of its own.
 */
public final class ConjugateGradientInversion {
    private final Grid grid;
    private final InversionSettings settings;
    private final int residualRefresh;

    /**
     * Computes the residual again in every pass.
     *
     * @param grid geometry of the contrast; in mode {@code fwi-python} the one with whole-metre cells
     */
    public ConjugateGradientInversion(Grid grid, InversionSettings settings) {
        this(grid, settings, 1);
    }

    /**
     * @param grid geometry of the contrast; in mode {@code fwi-python} the one with whole-metre cells
     * @param residualRefresh passes from one computation of the residual to the next
     */
    public ConjugateGradientInversion(Grid grid, InversionSettings settings, int residualRefresh) {
        if (residualRefresh < 1) {
            throw new IllegalArgumentException("residualRefresh = " + residualRefresh);
        }
        this.grid = grid;
        this.settings = settings;
        this.residualRefresh = residualRefresh;
    }

    /**
     * Reconstructs the contrast. Never throws for numerical reasons: what can't be computed ends as
     * {@link StopReason#FAILED} with a message.
     *
     * @param k the forward operator
     * @param p the data, not changed
     */
    public Reconstruction invert(LinearOperator k, ComplexVector p) {
        return invert(k, p, 0);
    }

    /**
     * Reconstructs the contrast, as {@link #invert(LinearOperator, ComplexVector)}, from {@linkplain
     * io.octospark.physics.Reduction reduced} data: F(chi) = eta (||p - K chi||^2 + constant) with eta = 1 / (||p||^2 +
     * constant). The parabola of a step has the constant in its value at 0 alone.
     *
     * @param k the reduced operator
     * @param p the reduced data, not changed
     * @param constant the part of the misfit that no contrast changes
     */
    public Reconstruction invert(LinearOperator k, ComplexVector p, double constant) {
        double dataNorm = p.normSquared() + constant;
        if (dataNorm == 0) {
            return Reconstruction.ofZeroData(k.cells());
        }
        double eta = 1 / dataNorm;
        if (!(eta > 0 && Double.isFinite(eta))) {
            return Reconstruction.ofUnfitData(dataNorm);
        }

        ComplexVector residual = new ComplexVector(p.re().clone(), p.im().clone());
        ComplexVector image = ComplexVector.zeros(k.rows());
        double[] regularisationGradient = new double[k.cells()];
        MisfitHistory history = new MisfitHistory();

        // The first step has no regularisation: steepest descent from chi = 0.
        SearchDirection search = new SearchDirection(k.cells());
        k.adjoint(residual, search.gradient());
        FieldArithmetic.scale(search.gradient(), eta);
        search.begin();
        k.forward(search.direction(), image);
        double imageNorm = image.normSquared();
        double[] chi = new double[k.cells()];
        if (imageNorm == 0) {
            return history.ended(chi, 1, StopReason.GRADIENT_ZERO);
        }
        double step = residual.realDot(image) / imageNorm;
        FieldArithmetic.addScaled(chi, step, search.direction());

        double previousCost = 1;
        Regularisation regularisation = new Regularisation(grid, settings.mode());
        StopReason stopReason = StopReason.MAX_ITERATIONS;

        for (int pass = 0; pass < settings.maxPasses(); pass++) {
            if ((pass + 1) % residualRefresh == 0) {
                k.forward(chi, image);
                residual.setDifference(p, image);
            } else {
                residual.addScaled(-step, image);
            }
            double cost = eta * (residual.normSquared() + constant);
            if (!Double.isFinite(cost)) {
                return history.failed(ErrorCode.GRID_DIVERGED, "the cost of pass " + pass + " is " + cost);
            }
            history.add(cost);
            if (StopRule.isMet(settings, pass, cost, previousCost)) {
                stopReason = StopRule.reason(settings, cost);
                break;
            }

            regularisation.beginPass(chi, settings.amplification(pass));

            // Search direction: the gradient of F F_R, conjugate to the direction before.
            k.adjoint(residual, search.gradient());
            FieldArithmetic.scale(search.gradient(), eta * regularisation.factor());
            regularisation.gradient(regularisationGradient);
            FieldArithmetic.addScaled(search.gradient(), previousCost, regularisationGradient);
            if (!search.advance()) {
                stopReason = StopReason.GRADIENT_ZERO;
                break;
            }

            k.forward(search.direction(), image);
            imageNorm = image.normSquared();
            if (imageNorm == 0) {
                stopReason = StopReason.GRADIENT_ZERO;
                break;
            }
            // The parabola's constant is the cost of the pass before, one pass late: the logged runs depend on it.
            step = regularisation.stepLength(previousCost, residual.realDot(image), imageNorm, eta, search.direction());
            if (!Double.isFinite(step)) {
                return history.failed(ErrorCode.GRID_DIVERGED, "the step length of pass " + pass + " is " + step);
            }
            FieldArithmetic.addScaled(chi, step, search.direction());

            regularisation.endPass(chi);
            previousCost = cost;
        }
        return history.ended(chi, 1, stopReason);
    }
}
