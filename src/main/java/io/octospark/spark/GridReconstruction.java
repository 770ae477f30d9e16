package io.octospark.spark;

import io.octospark.cluster.UnitAssignment;
import io.octospark.compute.Backend;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.TimedOperator;
import io.octospark.inversion.ConjugateGradientInversion;
import io.octospark.inversion.Reconstruction;
import io.octospark.inversion.StopReason;
import io.octospark.model.ComplexVector;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.experiment.InversionProblem;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.ReducedData;
import io.octospark.physics.Reduction;
import io.octospark.results.GridRecord;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reconstructs grids, one after the other: makes the data of a grid where they are not measured, inverts them through a
 * unit's products and compares the result with the grid's contrast where that is known. Serves one thread at a time.
 */
final class GridReconstruction implements Function<DataGrid, GridRecord> {
    private final UnitAssignment assignment;
    private final int cu;
    private final int repeat;
    private final DataKind dataKind;
    private final Reduction reduction;
    private final LinearOperator products;

    /** What this grid spends in products, waiting for the unit included; the unit's own clock has what it executed. */
    private final PhaseClock inProducts = new PhaseClock();

    private final ConjugateGradientInversion inversion;
    private final PhaseClock clock;
    private final ComplexVector data;

    GridReconstruction(
            UnitAssignment assignment,
            int cu,
            int repeat,
            DataKind dataKind,
            Backend backend,
            Reduction reduction,
            LinearOperator products,
            PhaseClock clock) {
        this.assignment = assignment;
        this.cu = cu;
        this.repeat = repeat;
        this.dataKind = dataKind;
        this.reduction = reduction;
        this.products = new TimedOperator(products, inProducts);
        this.clock = clock;
        InversionProblem problem = assignment.problem();
        inversion = new ConjugateGradientInversion(problem.grid(), problem.inversion(), backend.residualRefresh());
        data = ComplexVector.zeros(reduction.operator().rows());
    }

    @Override
    public GridRecord apply(DataGrid grid) {
        long start = System.nanoTime();
        long productsBefore = inProducts.totalNanos();
        Optional<String> fault = grid.problem(dataKind);
        Reconstruction result;
        Double modelError = null;
        if (fault.isPresent()) {
            result = Reconstruction.failed(fault.get());
        } else if (dataKind == DataKind.PRESSURE) {
            ReducedData reduced = reduction.reduce(grid.pressure());
            result = inversion.invert(products, reduced.data(), reduced.constant());
        } else {
            double[] truth =
                    grid.contrast(dataKind, assignment.problem().survey().backgroundVelocity());
            // What a contrast makes has no part that none could explain, so the reduced data are made directly.
            reduction.operator().forward(truth, data);
            result = inversion.invert(products, data);
            if (result.stopReason() != StopReason.FAILED) {
                modelError = result.relativeError(truth);
            }
        }
        long elapsed = System.nanoTime() - start;
        clock.add(Phase.HOST_MATH, elapsed - (inProducts.totalNanos() - productsBefore), 0);
        return new GridRecord(repeat, grid.id(), assignment.partition(), cu, result, modelError, elapsed / 1e9);
    }
}
