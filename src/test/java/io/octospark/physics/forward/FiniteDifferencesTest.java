package io.octospark.physics.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModelException;
import java.util.Arrays;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.complex.ComplexField;
import org.apache.commons.math3.linear.BlockFieldMatrix;
import org.apache.commons.math3.linear.FieldMatrix;
import org.junit.jupiter.api.Test;

/** Against a plain statement with the full matrix. */
class FiniteDifferencesTest {
    private static final double C0 = 1500;
    private static final Position[] ABOVE = {new Position(-95, -20), new Position(130, -20), new Position(3, -20)};

    private static final FiniteDifference ABC_POINT = new FiniteDifference(0, 0, 0, 6.31);
    private static final FiniteDifference ABC_WINDOW = new FiniteDifference(0, 0, 2, 6.31);
    private static final FiniteDifference PML_POINT = new FiniteDifference(0.4, 0.4, 0, 6.31);
    private static final FiniteDifference PML_WINDOW = new FiniteDifference(0.4, 0.7, 2, 4.14);

    private static ComplexVector[] fields(
            Grid grid, Survey survey, FiniteDifference settings, int frequency, double[] contrast) {
        return ForwardModels.of(grid, survey, settings).totalFields(frequency, contrast);
    }

    /** One axis in the words of the method. */
    private record Axis(double h, double first, int nodes, int pml, int domain) {
        static Axis of(double start, double end, int n, double least, double largest, double r, double pmlMetres) {
            double h = (end - start) / (n - 1);
            int pml = (int) Math.ceil(pmlMetres / h);
            int before = (int) Math.ceil(Math.max(0, start - least + h * r) / h);
            int after = (int) Math.ceil(Math.max(0, largest - end + h * r) / h);
            return new Axis(h, start - (pml + before) * h, n + 2 * pml + before + after, pml, pml + before);
        }

        double at(int i) {
            return first + i * h;
        }

        double s(int i) {
            if (i < pml) {
                return at(i) - at(pml);
            }
            int inner = nodes - 1 - pml;
            return i > inner ? at(i) - at(inner) : 0;
        }

        Complex stretch(int i, double w) {
            return Complex.ONE.add(Complex.I.multiply(s(i) * s(i) / (w * h)));
        }

        Complex stretchSlope(int i, double w) {
            return new Complex(-2 * s(i)).divide(Complex.I.multiply(w * h));
        }

        double source(int i, double position, double r, double beta) {
            double d = Math.abs(at(i) - position) / h;
            if (r == 0) {
                return i == domain + Math.round((position - at(domain)) / h) ? 1 / h : 0;
            }
            if (d >= r) {
                return 0;
            }
            double sinc = d < 1e-12 ? 1 : Math.sin(Math.PI * d) / (Math.PI * d);
            return i0(beta * Math.sqrt(1 - d * d / (r * r))) / i0(beta) * sinc / h;
        }
    }

    /** By its integral, 1/pi int_0^pi exp(x cos t) dt. */
    private static double i0(double x) {
        int n = 200;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.exp(x * Math.cos(Math.PI * (i + 0.5) / n));
        }
        return sum / n;
    }

    private static Complex[] plain(
            Grid grid, Survey survey, FiniteDifference settings, int frequency, int source, double[] contrast) {
        double w = 2 * Math.PI * survey.frequenciesHz().get(frequency);
        double wavelength = C0 / survey.frequenciesHz().get(frequency);
        double r = settings.sourceHalfWidth();
        Axis x = Axis.of(
                grid.topLeft().x(),
                grid.bottomRight().x(),
                grid.nx(),
                survey.sources().stream().mapToDouble(Position::x).min().orElseThrow(),
                survey.sources().stream().mapToDouble(Position::x).max().orElseThrow(),
                r,
                settings.pmlWidthX() * wavelength);
        Axis z = Axis.of(
                grid.topLeft().z(),
                grid.bottomRight().z(),
                grid.nz(),
                survey.sources().stream().mapToDouble(Position::z).min().orElseThrow(),
                survey.sources().stream().mapToDouble(Position::z).max().orElseThrow(),
                r,
                settings.pmlWidthZ() * wavelength);
        int n = x.nodes * z.nodes;
        FieldMatrix<Complex> a = new BlockFieldMatrix<>(ComplexField.getInstance(), n, n);
        Complex[] b = new Complex[n];
        boolean abc = settings.pmlWidthX() == 0 && settings.pmlWidthZ() == 0;
        for (int j = 0; j < z.nodes; j++) {
            for (int i = 0; i < x.nodes; i++) {
                int row = j * x.nodes + i;
                int cx = i - x.domain;
                int cz = j - z.domain;
                boolean inside = cx >= 0 && cx < grid.nx() && cz >= 0 && cz < grid.nz();
                double c = inside ? C0 / Math.sqrt(1 - contrast[cz * grid.nx() + cx]) : C0;
                Complex sx = x.stretch(i, w);
                Complex sz = z.stretch(j, w);
                Complex xx = sz.divide(sx).divide(x.h * x.h);
                Complex zz = sx.divide(sz).divide(z.h * z.h);
                Complex xSlope =
                        sz.multiply(x.stretchSlope(i, w)).divide(sx.multiply(sx).multiply(2 * x.h));
                Complex zSlope =
                        sx.multiply(z.stretchSlope(j, w)).divide(sz.multiply(sz).multiply(2 * z.h));
                a.addToEntry(
                        row, row, xx.add(zz).multiply(-2).add(sx.multiply(sz).multiply(w * w / (c * c))));
                if (i > 0) {
                    a.addToEntry(row, row - 1, xx.add(xSlope));
                }
                if (i < x.nodes - 1) {
                    a.addToEntry(row, row + 1, xx.subtract(xSlope));
                }
                if (j > 0) {
                    a.addToEntry(row, row - x.nodes, zz.add(zSlope));
                }
                if (j < z.nodes - 1) {
                    a.addToEntry(row, row + x.nodes, zz.subtract(zSlope));
                }
                if (abc && (i == 0 || i == x.nodes - 1)) {
                    a.addToEntry(row, row, Complex.I.multiply(2 * w / (c * x.h)));
                    a.addToEntry(row, i == 0 ? row + 1 : row - 1, new Complex(1 / (x.h * x.h)));
                }
                if (abc && (j == 0 || j == z.nodes - 1)) {
                    a.addToEntry(row, row, Complex.I.multiply(2 * w / (c * z.h)));
                    a.addToEntry(row, j == 0 ? row + x.nodes : row - x.nodes, new Complex(1 / (z.h * z.h)));
                }
                Position at = survey.sources().get(source);
                double beta = settings.kaiserBeta();
                b[row] = new Complex(x.source(i, at.x(), r, beta) * z.source(j, at.z(), r, beta));
            }
        }
        Complex[] values = Cases.solve(a, b);
        Complex[] field = new Complex[grid.cells()];
        Arrays.setAll(field, cell -> values[(z.domain + cell / grid.nx()) * x.nodes + x.domain + cell % grid.nx()]);
        return field;
    }

    private static void assertAgrees(Grid grid, Survey survey, FiniteDifference settings, int frequency) {
        double[] contrast = Cases.contrast(grid.cells(), 0.4);
        ComplexVector[] fields = fields(grid, survey, settings, frequency, contrast);
        assertThat(fields).hasSameSizeAs(survey.sources());
        for (int s = 0; s < fields.length; s++) {
            Cases.assertClose(fields[s], plain(grid, survey, settings, frequency, s, contrast), 1e-12);
        }
    }

    @Test
    void agreesWithTheFullMatrix() {
        for (FiniteDifference settings : new FiniteDifference[] {ABC_POINT, ABC_WINDOW, PML_POINT, PML_WINDOW}) {
            assertAgrees(Cases.grid(7, 3), Cases.survey(ABOVE), settings, 0);
            assertAgrees(Cases.grid(3, 8), Cases.survey(ABOVE), settings, 1);
        }
    }

    @Test
    void sourcesMayBeInsideAndAtAnyDepth() {
        Position[] sources = {new Position(-20.5, 30), new Position(20, 200), new Position(40, -60)};
        for (FiniteDifference settings : new FiniteDifference[] {ABC_POINT, ABC_WINDOW, PML_WINDOW}) {
            assertAgrees(Cases.grid(5, 4), Cases.survey(sources), settings, 0);
        }
    }

    @Test
    void edgesOfTheDomainAbsorbWithTheirOwnVelocity() {
        assertAgrees(Cases.grid(6, 5), Cases.survey(new Position(-20, 60)), ABC_POINT, 1);
    }

    @Test
    void layersOnOneAxisLeaveTheOtherWithoutPressureBeyondItsEnds() {
        assertAgrees(Cases.grid(6, 4), Cases.survey(ABOVE), new FiniteDifference(0.5, 0, 0, 0), 0);
        assertAgrees(Cases.grid(6, 4), Cases.survey(ABOVE), new FiniteDifference(0, 0.5, 0, 0), 0);
    }

    @Test
    void moreNodesThanMemoryAreAFailure() {
        FiniteDifference wide = new FiniteDifference(100, 100, 0, 0);

        assertThatThrownBy(() -> fields(Cases.grid(7, 3), Cases.survey(ABOVE), wide, 0, new double[21]))
                .isInstanceOf(ForwardModelException.class)
                .hasMessageMatching(
                        "finite differences at 10\\.0 Hz take \\d+ x \\d+ nodes and [\\d.]+ GiB, over the JVM's"
                                + " [\\d.]+ GiB: thinner layers, fewer cells, sources nearer to the domain or more memory");
    }

    @Test
    void aContrastAboveOneIsAFailure() {
        double[] contrast = new double[21];
        contrast[4] = 1.5;

        assertThatThrownBy(() -> fields(Cases.grid(7, 3), Cases.survey(ABOVE), ABC_POINT, 0, contrast))
                .isInstanceOf(ForwardModelException.class)
                .hasMessage(
                        "the contrast of cell 4 is 1.5, which has no velocity: finite differences need it below 1; set"
                                + " inversion.velocity_bounds, or take fewer inner passes");
    }
}
