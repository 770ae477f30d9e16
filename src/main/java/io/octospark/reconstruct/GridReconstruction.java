package io.octospark.reconstruct;

import io.octospark.compute.GridDeadline;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.error.ErrorCode;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.DataGrid;
import io.octospark.physics.ForwardModelException;
import io.octospark.results.GridRecord;
import io.octospark.results.ModelComparison;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reconstructs grids, one after the other: checks a grid, has it inverted and compares the result with the grid's contrast
 * where that is known. An exception that is of one grid becomes its failure, see {@link GridFailure}. Serves one thread at
 * a time.
 */
public final class GridReconstruction implements Function<DataGrid, GridRecord> {
    private record Outcome(Reconstruction result, ModelComparison comparison) {
        /** Without a truth to compare with. */
        static Outcome of(Reconstruction result) {
            return new Outcome(result, ModelComparison.NONE);
        }
    }

    private final GridContext context;
    private final GridInversion inversion;
    private final Optional<SyntheticData> synthetic;
    private final GridDeadline deadline;
    private final PhaseClock elsewhere;
    private final PhaseClock clock;

    /**
     * @param synthetic makes the data of models; empty where the inversion does
     * @param deadline of the products and forward models of the inversion and of the synthetic data
     * @param elsewhere of the inversion of this grid what is not its own arithmetic: in products, waiting for the unit
     *     included, in loading operators and in the forward model; the unit's own clock has what it executed
     * @param clock told the rest
     */
    public GridReconstruction(
            GridContext context,
            GridInversion inversion,
            Optional<SyntheticData> synthetic,
            GridDeadline deadline,
            PhaseClock elsewhere,
            PhaseClock clock) {
        this.context = context;
        this.inversion = inversion;
        this.synthetic = synthetic;
        this.deadline = deadline;
        this.elsewhere = elsewhere;
        this.clock = clock;
    }

    @Override
    public GridRecord apply(DataGrid grid) {
        long start = System.nanoTime();
        long elsewhereBefore = elsewhere.totalNanos();
        deadline.begin();
        Outcome outcome;
        try {
            outcome = invert(grid);
        } catch (RuntimeException e) {
            outcome = Outcome.of(GridFailure.of(grid.id(), e));
        }
        long elapsed = System.nanoTime() - start;
        clock.add(Phase.HOST_MATH, elapsed - (elsewhere.totalNanos() - elsewhereBefore), 0);
        return context.record(grid.id(), outcome.result(), outcome.comparison(), elapsed / 1e9);
    }

    private Outcome invert(DataGrid grid) {
        Optional<String> fault = grid.problem(context.dataKind());
        if (fault.isPresent()) {
            return Outcome.of(Reconstruction.failed(ErrorCode.GRID_DATA, fault.get()));
        }
        if (context.isMeasured()) {
            return Outcome.of(inversion.ofPressure(grid.pressure()));
        }
        double[] truth = context.contrast(grid);
        Reconstruction result = ofModel(grid.id(), truth);
        return new Outcome(
                result, ModelComparison.of(result, truth, context.problem().grid()));
    }

    private Reconstruction ofModel(long id, double[] truth) {
        if (synthetic.isEmpty()) {
            return inversion.ofContrast(truth);
        }
        ComplexVector data;
        try {
            data = synthetic.get().of(truth, id);
        } catch (ForwardModelException e) {
            return Reconstruction.failed(
                    ErrorCode.GRID_DATA_NOT_MADE, "the data of the true contrast: " + e.getMessage());
        }
        return inversion.ofPressure(data);
    }
}
