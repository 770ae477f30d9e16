package io.octospark.inversion.batch;

import static io.octospark.inversion.batch.Problem.assertSame;
import static io.octospark.inversion.batch.Problem.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.arithmetic.Arithmetic;
import io.octospark.arithmetic.Mirror;
import io.octospark.inversion.Reconstruction;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Grids so large that their inversions take seconds. */
class BatchInversionIT {
    /** Several blocks of columns, several groups of lanes, a refresh of the projected residual. */
    @ParameterizedTest
    @CsvSource({"27, 20, 5, false, 1e-10", "41, 25, 5, true, 1e-8", "64, 32, 15, true, 1e-8"})
    void largeGrids(int nx, int nz, int frequencies, boolean mirrored, double ofContrast) {
        InversionSettings settings = settings(1e-6, 60);
        Problem problem = mirrored
                ? Problem.onOneLine(nx, nz, frequencies, 17, settings)
                : Problem.of(nx, nz, frequencies, 17, 18, settings);
        assertThat(Mirror.blocks(problem.m(), problem.grid())).hasSize(mirrored ? 2 : 1);
        List<ComplexVector> data = problem.noisyData(4, 0.01);
        List<Reconstruction> expected =
                data.stream().map(problem::invertDensely).toList();

        for (Arithmetic arithmetic : Arithmetic.values()) {
            Map<Integer, Reconstruction> results = problem.invert(arithmetic, problem.inputs(data));

            assertThat(results).hasSize(data.size());
            results.forEach((id, result) -> assertSame(result, expected.get(id), ofContrast, 1e-12));
        }
    }
}
