package io.octospark.inversion;

import io.octospark.error.ErrorCode;
import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.Born;
import io.octospark.model.Grid;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.NonLinearSettings;
import io.octospark.model.NonLinearSettings.Stage;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.ForwardModelException;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.TotalFieldOperator;
import io.octospark.physics.forward.ForwardModels;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Inversion of data that depend on the contrast through the total field: finds the real contrast chi that minimises
 *
 * <pre>F(chi) = eta ||p - K(chi) chi||^2,   K(chi) = G * p_tot(chi),   eta = 1 / ||p||^2</pre>
 *
 * In every outer pass the total field of the last contrast gives a {@linkplain TotalFieldOperator linear operator}, with
 * which inner passes improve the contrast: a plain gradient step, then conjugate gradients with the {@linkplain
 * Regularisation multiplicative regularisation}, or without. The first total field is the incident one. The cost is
 * logged after every inner pass, with the field held.
 *
 * <p>Frequency stages follow one another, each from the contrast of the one before. Bounds are kept by projection after
 * every update; where a cell at its bound is drawn outwards its gradient is left out.
 *
 * <p>Measurements whose offset is out of range are left out, rows of K and data alike.
 *
 * <p>Serves one thread at a time.
 */
public final class NonLinearInversion {
    private final InversionProblem problem;
    private final NonLinearSettings settings;
    private final ComplexVector[][] receiverFields;
    private final ForwardModel forwardModel;
    private final ForwardModel incident;
    private final int residualRefresh;

    /** The rows of each frequency that are inverted. */
    private final int[] pairs;

    /**
     * @param receiverFields of {@link TotalFieldOperator#receiverFields}
     * @param forwardModel computes the total fields
     * @param residualRefresh passes from one computation of the residual to the next, as in {@link
     *     ConjugateGradientInversion}; every outer pass begins with one
     */
    public NonLinearInversion(
            InversionProblem problem,
            ComplexVector[][] receiverFields,
            ForwardModel forwardModel,
            int residualRefresh) {
        if (residualRefresh < 1) {
            throw new IllegalArgumentException("residualRefresh = " + residualRefresh);
        }
        this.problem = problem;
        this.settings = problem.nonLinear();
        pairs = settings.offsets().pairs(problem.survey());
        this.receiverFields = receiverFields;
        this.forwardModel = forwardModel;
        incident = ForwardModels.of(problem.grid(), problem.survey(), new Born());
        this.residualRefresh = residualRefresh;
    }

    /**
     * Reconstructs the contrast. Never throws for numerical reasons: what can't be computed, by the forward model either,
     * ends as {@link StopReason#FAILED} with a message.
     *
     * @param products each outer pass loads its operator there
     * @param p the data of all frequencies, not changed
     * @param start the contrast to start from, not changed
     */
    public Reconstruction invert(LoadableOperator products, ComplexVector p, double[] start) {
        Run run = new Run(products, start.clone());
        StopReason reason = StopReason.ZERO_DATA;
        try {
            boolean fromIncident = Arrays.stream(run.chi).allMatch(value -> value == 0);
            for (int i = 0; i < settings.stages().size(); i++) {
                Stage stage = settings.stages().get(i);
                run.place = settings.stages().size() == 1 ? "" : "stage " + i + ", ";
                ComplexVector ofStage = rows(p, stage);
                double dataNorm = ofStage.normSquared();
                double eta = 1 / dataNorm;
                if (dataNorm != 0 && !(eta > 0 && Double.isFinite(eta))) {
                    return Reconstruction.ofUnfitData(dataNorm);
                }
                if (dataNorm != 0) {
                    reason = run.stage(stage, ofStage, eta, fromIncident);
                    fromIncident = false;
                }
            }
        } catch (Failure e) {
            return run.history.failed(ErrorCode.GRID_DIVERGED, run.place + e.getMessage());
        } catch (ForwardModelException e) {
            return run.history.failed(ErrorCode.GRID_FORWARD_MODEL, run.place + e.getMessage());
        }
        return reason == StopReason.ZERO_DATA
                ? Reconstruction.ofZeroData(problem.grid().cells())
                : run.history.ended(run.chi, run.cost, reason);
    }

    /** The data of a stage's frequencies, without those that are left out. */
    private ComplexVector rows(ComplexVector p, Stage stage) {
        Survey survey = problem.survey();
        int perFrequency = survey.receivers().size() * survey.sources().size();
        int[] rows = IntStream.rangeClosed(stage.firstFrequency(), stage.lastFrequency())
                .flatMap(f -> Arrays.stream(pairs).map(pair -> f * perFrequency + pair))
                .toArray();
        return new ComplexVector(
                Arrays.stream(rows).mapToDouble(row -> p.re()[row]).toArray(),
                Arrays.stream(rows).mapToDouble(row -> p.im()[row]).toArray());
    }

    /** A number that is not one; the message says which. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }

    /** The inversion of one grid. */
    private final class Run {
        private final LoadableOperator k;
        private final double[] chi;
        private final MisfitHistory history = new MisfitHistory();

        /** The stage, for messages. */
        private String place = "";

        /** The cost of chi. */
        private double cost = 1;

        private ComplexVector p;
        private ComplexVector residual;
        private ComplexVector image;
        private double eta;

        Run(LoadableOperator k, double[] start) {
            this.k = k;
            chi = start;
            project();
        }

        StopReason stage(Stage stage, ComplexVector data, double scale, boolean fromIncident) {
            p = data;
            eta = scale;
            residual = ComplexVector.zeros(p.length());
            image = ComplexVector.zeros(p.length());
            double previousCost = Double.NaN;
            String stagePlace = place;
            for (int pass = 0; pass < stage.outerPasses(); pass++) {
                place = stagePlace + "outer pass " + pass + ": ";
                k.load(TotalFieldOperator.of(
                        receiverFields,
                        pass == 0 && fromIncident ? incident : forwardModel,
                        stage.firstFrequency(),
                        stage.lastFrequency(),
                        chi,
                        pairs));
                computeResidual();
                setCost("the updated total field");
                boolean small = cost < settings.outerTolerance();
                if (pass > 0 && (small || Math.abs(previousCost - cost) < settings.outerTolerance())) {
                    return small ? StopReason.TOLERANCE : StopReason.STALLED;
                }
                previousCost = cost;
                double amplification = problem.inversion().amplification(pass);
                if (!innerPasses(amplification)) {
                    return StopReason.GRADIENT_ZERO;
                }
            }
            return StopReason.MAX_ITERATIONS;
        }

        /** Improves the contrast with the field held; false if there is nothing to improve. */
        private boolean innerPasses(double amplification) {
            Grid grid = problem.grid();
            SearchDirection search = new SearchDirection(grid.cells());
            Regularisation regularisation = new Regularisation(grid, InversionMode.STANDARD);
            double[] regularisationGradient = new double[grid.cells()];
            for (int pass = 0; pass < settings.innerPasses(); pass++) {
                boolean regularised = settings.regularised() && pass > 0;
                k.adjoint(residual, search.gradient());
                if (regularised) {
                    regularisation.beginPass(chi, amplification);
                    FieldArithmetic.scale(search.gradient(), eta * regularisation.factor());
                    regularisation.gradient(regularisationGradient);
                    FieldArithmetic.addScaled(search.gradient(), cost, regularisationGradient);
                } else {
                    FieldArithmetic.scale(search.gradient(), settings.regularised() ? eta : 2 * eta);
                }
                stayWithinBounds(search.gradient());
                if (pass == 0) {
                    search.begin();
                } else if (!search.advance()) {
                    return true;
                }
                k.forward(search.direction(), image);
                double imageNorm = image.normSquared();
                if (imageNorm == 0) {
                    return pass > 0;
                }
                double slope = residual.realDot(image);
                double step = regularised
                        ? regularisation.stepLength(cost, slope, imageNorm, eta, search.direction())
                        : slope / imageNorm;
                if (!Double.isFinite(step)) {
                    throw new Failure("the step length of inner pass " + pass + " is " + step);
                }
                FieldArithmetic.addScaled(chi, step, search.direction());
                if (project() || (pass + 1) % residualRefresh == 0) {
                    computeResidual();
                } else {
                    residual.addScaled(-step, image);
                }
                double previousCost = cost;
                setCost("inner pass " + pass);
                history.add(cost);
                boolean settled =
                        cost < settings.innerTolerance() || Math.abs(previousCost - cost) < settings.innerTolerance();
                if (pass > 0 && settled) {
                    return true;
                }
                if (regularised) {
                    regularisation.endPass(chi);
                }
            }
            return true;
        }

        private void computeResidual() {
            k.forward(chi, image);
            residual.setDifference(p, image);
        }

        private void setCost(String of) {
            cost = eta * residual.normSquared();
            if (!Double.isFinite(cost)) {
                throw new Failure("the cost of " + of + " is " + cost);
            }
        }

        /** Brings contrasts back to their bounds; true if one was beyond. */
        private boolean project() {
            boolean beyond = false;
            for (int x = 0; x < chi.length; x++) {
                double within = Math.min(Math.max(chi[x], settings.minContrast()), settings.maxContrast());
                beyond |= within != chi[x];
                chi[x] = within;
            }
            return beyond;
        }

        /** Leaves out what would only be projected back. */
        private void stayWithinBounds(double[] gradient) {
            for (int x = 0; x < chi.length; x++) {
                boolean outwards = (chi[x] >= settings.maxContrast() && gradient[x] > 0)
                        || (chi[x] <= settings.minContrast() && gradient[x] < 0);
                gradient[x] = outwards ? 0 : gradient[x];
            }
        }
    }
}
