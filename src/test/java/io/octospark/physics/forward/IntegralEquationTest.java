package io.octospark.physics.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.Born;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.ForwardModelSettings.Solver;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.FieldMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Against plain statements with the full matrix Gv. */
class IntegralEquationTest {
    private static final Grid GRID = Cases.grid(7, 5);
    private static final Survey SURVEY = Cases.survey(new Position(-20, -10), new Position(120, -30));

    /** Scatters moderately: the series converges by about a factor of 3 in each pass. */
    private static final double[] WEAK = Cases.contrast(GRID.cells(), 0.3);

    /** A lens in which the series diverges. */
    private static final double[] STRONG = strong();

    private static double[] strong() {
        double[] contrast = new double[GRID.cells()];
        Arrays.fill(contrast, -2);
        return contrast;
    }

    private static ComplexVector[] fields(
            Solver solver, int passes, double tolerance, int frequency, double[] contrast) {
        return ForwardModels.of(GRID, SURVEY, new Integral(solver, passes, tolerance))
                .totalFields(frequency, contrast);
    }

    /** The series pass by pass. */
    private static Complex[] series(
            FieldMatrix<Complex> gv,
            double[] contrast,
            Complex[] incident,
            int passes,
            double tolerance,
            boolean fitted) {
        Complex[] p = incident;
        Complex[] last = new Complex[p.length];
        Arrays.fill(last, Complex.ZERO);
        List<Complex[]> phi = new ArrayList<>();
        for (int it = 0; it < passes; it++) {
            Complex[] w = Cases.times(contrast, p);
            Complex[] dw = Cases.difference(w, last);
            if (it != 0 && Cases.norm(dw) / Cases.norm(w) < tolerance) {
                break;
            }
            phi.add(gv.operate(dw));
            p = fitted ? fit(gv, contrast, incident, phi) : Cases.sum(p, phi.get(it));
            last = w;
        }
        return p;
    }

    /** p0 + sum alpha_j phi_j, by the pseudo-inverse of the whole matrix of columns phi_j - Gv chi phi_j. */
    private static Complex[] fit(FieldMatrix<Complex> gv, double[] contrast, Complex[] incident, List<Complex[]> phi) {
        int cells = incident.length;
        int n = phi.size();
        Complex[] target = gv.operate(Cases.times(contrast, incident));
        RealMatrix columns = new Array2DRowRealMatrix(2 * cells, 2 * n);
        double[] stacked = new double[2 * cells];
        for (int j = 0; j < n; j++) {
            Complex[] column = Cases.difference(phi.get(j), gv.operate(Cases.times(contrast, phi.get(j))));
            for (int x = 0; x < cells; x++) {
                columns.setEntry(x, j, column[x].getReal());
                columns.setEntry(x, n + j, -column[x].getImaginary());
                columns.setEntry(cells + x, j, column[x].getImaginary());
                columns.setEntry(cells + x, n + j, column[x].getReal());
                stacked[x] = target[x].getReal();
                stacked[cells + x] = target[x].getImaginary();
            }
        }
        double[] alpha = new SingularValueDecomposition(columns)
                .getSolver()
                .solve(new ArrayRealVector(stacked))
                .toArray();
        Complex[] p = incident;
        for (int j = 0; j < n; j++) {
            Complex factor = new Complex(alpha[j], alpha[n + j]);
            Complex[] field = phi.get(j).clone();
            Arrays.setAll(field, x -> field[x].multiply(factor));
            p = Cases.sum(p, field);
        }
        return p;
    }

    private static Complex[] exact(int frequency, int source, double[] contrast) {
        FieldMatrix<Complex> matrix = Cases.greensMatrix(GRID, SURVEY.wavenumber(frequency));
        for (int x = 0; x < GRID.cells(); x++) {
            for (int y = 0; y < GRID.cells(); y++) {
                Complex identity = x == y ? Complex.ONE : Complex.ZERO;
                matrix.setEntry(x, y, identity.subtract(matrix.getEntry(x, y).multiply(contrast[y])));
            }
        }
        return Cases.solve(matrix, Cases.incident(GRID, SURVEY, frequency, source));
    }

    @Test
    void theSeriesAgreePassByPass() {
        for (int frequency = 0; frequency < 2; frequency++) {
            FieldMatrix<Complex> gv = Cases.greensMatrix(GRID, SURVEY.wavenumber(frequency));
            for (boolean fitted : new boolean[] {false, true}) {
                Solver solver = fitted ? Solver.FITTED_SERIES : Solver.NEUMANN_SERIES;
                for (int passes : new int[] {1, 2, 3, 7}) {
                    ComplexVector[] fields = fields(solver, passes, 0, frequency, WEAK);
                    for (int s = 0; s < 2; s++) {
                        Complex[] incident = Cases.incident(GRID, SURVEY, frequency, s);
                        Cases.assertClose(fields[s], series(gv, WEAK, incident, passes, 0, fitted), 1e-12);
                    }
                }
            }
        }
    }

    @Test
    void theSeriesEndByTheirTolerance() {
        for (double tolerance : new double[] {1e-2, 1e-5}) {
            FieldMatrix<Complex> gv = Cases.greensMatrix(GRID, SURVEY.wavenumber(1));
            Complex[] incident = Cases.incident(GRID, SURVEY, 1, 0);
            for (boolean fitted : new boolean[] {false, true}) {
                Solver solver = fitted ? Solver.FITTED_SERIES : Solver.NEUMANN_SERIES;
                Complex[] expected = series(gv, WEAK, incident, 100, tolerance, fitted);

                Cases.assertClose(fields(solver, 100, tolerance, 1, WEAK)[0], expected, 1e-12);
                // A pass more or less would be seen.
                assertThat(Cases.distance(fields(solver, 100, tolerance / 100, 1, WEAK)[0], expected))
                        .isGreaterThan(tolerance / 1000);
            }
        }
    }

    @Test
    void allSolversConvergeToTheSolution() {
        for (Solver solver : Solver.values()) {
            for (int frequency = 0; frequency < 2; frequency++) {
                ComplexVector[] fields = fields(solver, 60, 1e-13, frequency, WEAK);
                for (int s = 0; s < 2; s++) {
                    Cases.assertClose(fields[s], exact(frequency, s, WEAK), 1e-11);
                }
            }
        }
    }

    @Test
    void gmresConvergesWhereTheSeriesDiverges() {
        for (int frequency = 0; frequency < 2; frequency++) {
            Complex[] exact = exact(frequency, 0, STRONG);

            assertThat(Cases.distance(fields(Solver.NEUMANN_SERIES, 100, 0, frequency, STRONG)[0], exact))
                    .isGreaterThan(1e3);
            Cases.assertClose(fields(Solver.GMRES, GRID.cells(), 1e-12, frequency, STRONG)[0], exact, 1e-10);
        }
    }

    @Test
    void withoutContrastTheFieldIsTheIncidentField() {
        for (Solver solver : Solver.values()) {
            ComplexVector field = fields(solver, 10, 1e-6, 0, new double[GRID.cells()])[1];

            Cases.assertClose(field, Cases.incident(GRID, SURVEY, 0, 1), 1e-15);
        }
    }

    @Test
    void inTheBornApproximationTheFieldIsTheIncidentField() {
        ComplexVector field = ForwardModels.of(GRID, SURVEY, new Born()).totalFields(1, WEAK)[0];

        Cases.assertClose(field, Cases.incident(GRID, SURVEY, 1, 0), 1e-15);
    }

    @Test
    void moreFittedPassesThanCellsTakeTheSolutionOfMinimumNorm() {
        Grid grid = Cases.grid(3, 3);
        double[] contrast = Cases.contrast(9, 0.5);

        ComplexVector many = ForwardModels.of(grid, SURVEY, new Integral(Solver.FITTED_SERIES, 40, 0))
                .totalFields(0, contrast)[0];
        ComplexVector exact = ForwardModels.of(grid, SURVEY, new Integral(Solver.GMRES, 9, 1e-14))
                .totalFields(0, contrast)[0];

        Cases.assertClose(many, Cases.complex(exact), 1e-12);
    }

    @Test
    void aResidualThatStaysIsAFailure() {
        assertThatThrownBy(() -> fields(Solver.GMRES, 3, 1e-12, 1, STRONG))
                .isInstanceOf(ForwardModelException.class)
                .hasMessageMatching(
                        "total field at 18\\.75 Hz of the source at \\(-20\\.0, -10\\.0\\) m: GMRES left a residual"
                                + " of \\d\\.\\de[+-]\\d+, relative to the incident field, after 3 passes; its tolerance is 1\\.0e-12:"
                                + " allow more passes or a larger tolerance");
    }

    @Test
    void aSeriesThatOverflowsIsAFailure() {
        double[] huge = new double[GRID.cells()];
        Arrays.fill(huge, -1e200);
        assertOverflows(() -> fields(Solver.NEUMANN_SERIES, 10_000, 0, 0, STRONG));
        for (Solver solver : Solver.values()) {
            assertOverflows(() -> fields(solver, 10, 1e-6, 0, huge));
        }
    }

    private static void assertOverflows(ThrowingCallable computing) {
        assertThatThrownBy(computing)
                .isInstanceOf(ForwardModelException.class)
                .hasMessage(
                        "total field at 10.0 Hz of the source at (-20.0, -10.0) m: not a finite number; scattering is too"
                                + " strong for this forward model");
    }
}
