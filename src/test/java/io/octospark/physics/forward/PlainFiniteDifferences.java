package io.octospark.physics.forward;

import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.Arrays;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.complex.ComplexField;
import org.apache.commons.math3.linear.ArrayFieldVector;
import org.apache.commons.math3.linear.BlockFieldMatrix;
import org.apache.commons.math3.linear.FieldDecompositionSolver;
import org.apache.commons.math3.linear.FieldLUDecomposition;
import org.apache.commons.math3.linear.FieldMatrix;

/** Finite differences once more, plainly stated with the full matrix. Slow, for small cases alone. */
public final class PlainFiniteDifferences {
    private PlainFiniteDifferences() {}

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

    /** The total fields of all sources, by source and cell. */
    public static Complex[][] fields(
            Grid grid, Survey survey, FiniteDifference settings, int frequency, double[] contrast) {
        double c0 = survey.backgroundVelocity();
        double w = 2 * Math.PI * survey.frequenciesHz().get(frequency);
        double wavelength = c0 / survey.frequenciesHz().get(frequency);
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
        Complex[][] b = new Complex[survey.sources().size()][n];
        boolean abc = settings.pmlWidthX() == 0 && settings.pmlWidthZ() == 0;
        for (int j = 0; j < z.nodes; j++) {
            for (int i = 0; i < x.nodes; i++) {
                int row = j * x.nodes + i;
                int cx = i - x.domain;
                int cz = j - z.domain;
                boolean inside = cx >= 0 && cx < grid.nx() && cz >= 0 && cz < grid.nz();
                double c = inside ? c0 / Math.sqrt(1 - contrast[cz * grid.nx() + cx]) : c0;
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
                double beta = settings.kaiserBeta();
                for (int source = 0; source < b.length; source++) {
                    Position at = survey.sources().get(source);
                    b[source][row] = new Complex(x.source(i, at.x(), r, beta) * z.source(j, at.z(), r, beta));
                }
            }
        }
        FieldDecompositionSolver<Complex> solver = new FieldLUDecomposition<>(a).getSolver();
        Complex[][] fields = new Complex[b.length][grid.cells()];
        for (int source = 0; source < b.length; source++) {
            Complex[] values = solver.solve(new ArrayFieldVector<>(b[source])).toArray();
            Arrays.setAll(
                    fields[source],
                    cell -> values[(z.domain + cell / grid.nx()) * x.nodes + x.domain + cell % grid.nx()]);
        }
        return fields;
    }
}
