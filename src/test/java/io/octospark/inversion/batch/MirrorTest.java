package io.octospark.inversion.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.arithmetic.Mirror;
import io.octospark.arithmetic.SquareMatrix;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorTest {
    private static final InversionSettings SETTINGS = Problem.settings(1e-6, 1000);

    @ParameterizedTest
    @CsvSource({"10, 10", "7, 5", "3, 4", "4, 3", "11, 13"})
    void theBlocksMakeTheProduct(int nx, int nz) {
        Problem problem = Problem.onOneLine(nx, nz, 3, 6, SETTINGS);
        List<SquareMatrix> blocks = Mirror.blocks(problem.m(), problem.grid());
        double[] z = new SplittableRandom(1).doubles(problem.m().cells(), -1, 1).toArray();
        double[] product = new double[z.length];
        problem.m().multiply(z, product);
        List<Double> sums = new ArrayList<>();
        List<Double> differences = new ArrayList<>();
        for (int x = 0; x < z.length; x++) {
            int column = x % nx;
            int imageColumn = nx - 1 - column;
            int image = x - column + imageColumn;
            if (column < imageColumn) {
                sums.add(z[x] + z[image]);
                differences.add(z[x] - z[image]);
            } else if (column == imageColumn) {
                sums.add(z[x]);
            }
        }

        assertThat(blocks).hasSize(2);
        SquareMatrix evenBlock = blocks.get(0);
        SquareMatrix oddBlock = blocks.get(1);
        assertThat(sums).hasSize(evenBlock.cells());
        assertThat(differences).hasSize(oddBlock.cells());
        double largest = problem.m().entry(0, 0) * nx * nz;
        for (int iz = 0; iz < nz; iz++) {
            for (int ix = 0; ix < Mirror.oddColumns(nx); ix++) {
                double even = product(evenBlock, iz * ((nx + 1) / 2) + ix, sums);
                double odd = product(oddBlock, iz * Mirror.oddColumns(nx) + ix, differences);
                assertThat(even + odd).isCloseTo(product[iz * nx + ix], within(1e-14 * largest));
                assertThat(even - odd).isCloseTo(product[iz * nx + nx - 1 - ix], within(1e-14 * largest));
            }
            if (nx % 2 == 1) {
                double even = product(evenBlock, iz * ((nx + 1) / 2) + nx / 2, sums);
                assertThat(even).isCloseTo(product[iz * nx + nx / 2], within(1e-14 * largest));
            }
        }
    }

    private static double product(SquareMatrix block, int row, List<Double> vector) {
        double sum = 0;
        for (int column = 0; column < vector.size(); column++) {
            sum += block.entry(row, column) * vector.get(column);
        }
        return sum;
    }

    @Test
    void surveysWithoutAMirrorImageHaveNoBlocks() {
        Problem slanting = Problem.of(10, 10, 3, 6, 6, SETTINGS);
        assertThat(Mirror.blocks(slanting.m(), slanting.grid())).containsExactly(slanting.m());

        // Cells of whole metres no longer fill the notebook's reservoir when there are seven.
        Problem shifted = Problem.onOneLine(
                7, 5, 3, 6, new InversionSettings(InversionMode.FWI_PYTHON, SETTINGS.tolerance(), 10, 100, 1));
        assertThat(Mirror.blocks(shifted.m(), shifted.grid())).containsExactly(shifted.m());
    }
}
