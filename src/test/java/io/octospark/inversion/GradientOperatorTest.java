package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.Grid;
import io.octospark.model.Position;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientOperatorTest {
    /** Second order: exact for a quadratic field, at the ends too. */
    @ParameterizedTest
    @CsvSource({"3, 3", "3, 7", "11, 3", "5, 4"})
    void isExactForQuadraticFields(int nx, int nz) {
        Grid grid = Grid.of(nx, nz, new Position(-3, 2), new Position(4, 9.5));
        double[] field = new double[grid.cells()];
        double[] expectedX = new double[grid.cells()];
        double[] expectedZ = new double[grid.cells()];
        for (int iz = 0; iz < nz; iz++) {
            for (int ix = 0; ix < nx; ix++) {
                double x = grid.centre(ix, iz).x();
                double z = grid.centre(ix, iz).z();
                field[iz * nx + ix] = 2 * x * x - 3 * x * z + 0.5 * z * z + x - 4;
                expectedX[iz * nx + ix] = 4 * x - 3 * z + 1;
                expectedZ[iz * nx + ix] = -3 * x + z;
            }
        }
        GradientOperator gradient = new GradientOperator(grid);
        double[] derivative = new double[grid.cells()];

        gradient.x(field, derivative);
        assertThat(derivative).containsExactly(expectedX, within(1e-11));
        gradient.z(field, derivative);
        assertThat(derivative).containsExactly(expectedZ, within(1e-11));
    }
}
