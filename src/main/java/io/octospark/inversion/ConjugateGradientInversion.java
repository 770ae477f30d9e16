package io.octospark.inversion;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.InversionSettings;
import io.octospark.physics.LinearOperator;
import java.util.Arrays;

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
     * With a residual that is computed afresh in every pass.
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
            return new Reconstruction(new double[k.cells()], new double[0], 0, StopReason.ZERO_DATA, null);
        }
        double eta = 1 / dataNorm;
        if (!(eta > 0 && Double.isFinite(eta))) {
            return Reconstruction.failed(
                    "the squared norm of the data is " + dataNorm + ", its inverse is not a number");
        }

        ComplexVector residual = new ComplexVector(p.re().clone(), p.im().clone());
        ComplexVector image = ComplexVector.zeros(k.rows());
        double[] gradient = new double[k.cells()];
        double[] regularisationGradient = new double[k.cells()];
        double[] history = new double[16];
        int passes = 0;

        // The first step has no regularisation: steepest descent from chi = 0.
        k.adjoint(residual, gradient);
        scale(gradient, eta);
        double[] direction = gradient.clone();
        k.forward(direction, image);
        double imageNorm = image.normSquared();
        if (imageNorm == 0) {
            return new Reconstruction(new double[k.cells()], new double[0], 1, StopReason.GRADIENT_ZERO, null);
        }
        double[] chi = new double[k.cells()];
        double step = residual.realDot(image) / imageNorm;
        addScaled(chi, step, direction);

        double[] previousGradient = gradient.clone();
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
                return failed(history, passes, "the cost of pass " + pass + " is " + cost);
            }
            if (passes == history.length) {
                history = Arrays.copyOf(history, 2 * passes);
            }
            history[passes++] = cost;
            if (StopRule.isMet(settings, pass, cost, previousCost)) {
                stopReason = StopRule.reason(settings, cost);
                break;
            }

            regularisation.beginPass(chi, settings.amplification(pass));

            // Search direction: the gradient of F F_R, conjugate to the direction before.
            k.adjoint(residual, gradient);
            scale(gradient, eta * regularisation.factor());
            regularisation.gradient(regularisationGradient);
            addScaled(gradient, previousCost, regularisationGradient);
            double previousGradientNorm = dot(previousGradient, previousGradient);
            if (previousGradientNorm == 0) {
                stopReason = StopReason.GRADIENT_ZERO;
                break;
            }
            double gamma = (dot(gradient, gradient) - dot(gradient, previousGradient)) / previousGradientNorm;
            for (int x = 0; x < direction.length; x++) {
                direction[x] = gradient[x] + gamma * direction[x];
            }

            k.forward(direction, image);
            imageNorm = image.normSquared();
            if (imageNorm == 0) {
                stopReason = StopReason.GRADIENT_ZERO;
                break;
            }
            double slope = residual.realDot(image);
            // The parabola's constant is the cost of the pass before, one pass late: the logged runs depend on it.
            step = regularisation.isFlat()
                    ? slope / imageNorm
                    : regularisation.stepLength(previousCost, -2 * eta * slope, eta * imageNorm, direction);
            if (!Double.isFinite(step)) {
                return failed(history, passes, "the step length of pass " + pass + " is " + step);
            }
            addScaled(chi, step, direction);

            regularisation.endPass(chi);
            System.arraycopy(gradient, 0, previousGradient, 0, gradient.length);
            previousCost = cost;
        }
        return new Reconstruction(chi, Arrays.copyOf(history, passes), history[passes - 1], stopReason, null);
    }

    private static Reconstruction failed(double[] history, int passes, String error) {
        double residual = passes == 0 ? Double.NaN : history[passes - 1];
        return new Reconstruction(new double[0], Arrays.copyOf(history, passes), residual, StopReason.FAILED, error);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int x = 0; x < a.length; x++) {
            sum += a[x] * b[x];
        }
        return sum;
    }

    private static void scale(double[] a, double factor) {
        for (int x = 0; x < a.length; x++) {
            a[x] *= factor;
        }
    }

    private static void addScaled(double[] a, double factor, double[] b) {
        for (int x = 0; x < a.length; x++) {
            a[x] += factor * b[x];
        }
    }
}
