package io.octospark.inversion;

import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.QRDecomposition;

/**
 * The non-linear inversion once more, straight from its equations and without any part of the application: full matrices,
 * the Neumann series, derivatives one cell at a time, Bessel functions by their integrals. Slow, for small cases alone.
 */
final class PlainNonLinear {
    /** A complex number. */
    record Complex(double re, double im) {
        static final Complex ZERO = new Complex(0, 0);

        Complex plus(Complex other) {
            return new Complex(re + other.re, im + other.im);
        }

        Complex minus(Complex other) {
            return new Complex(re - other.re, im - other.im);
        }

        Complex times(Complex other) {
            return new Complex(re * other.re - im * other.im, re * other.im + im * other.re);
        }

        Complex times(double factor) {
            return new Complex(factor * re, factor * im);
        }

        double squared() {
            return re * re + im * im;
        }
    }

    /** What it found. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Result(List<Double> history, double[] chi) {}

    private final Grid grid;
    private final Survey survey;
    private final double maxOffset;
    private final int cells;

    /** By frequency: V g from every cell to every cell. */
    private final Complex[][][] between;

    /** By frequency, receiver and cell: V g. */
    private final Complex[][][] sent;

    /** By frequency, source and cell. */
    private final Complex[][][] incident;

    /** With all measurements. */
    PlainNonLinear(Grid grid, Survey survey) {
        this(grid, survey, Double.POSITIVE_INFINITY);
    }

    /** With zero in the place of measurements of larger offsets. */
    PlainNonLinear(Grid grid, Survey survey, double maxOffset) {
        this.maxOffset = maxOffset;
        this.grid = grid;
        this.survey = survey;
        cells = grid.nx() * grid.nz();
        int frequencies = survey.frequenciesHz().size();
        between = new Complex[frequencies][cells][];
        sent = new Complex[frequencies][survey.receivers().size()][];
        incident = new Complex[frequencies][survey.sources().size()][];
        for (int f = 0; f < frequencies; f++) {
            Map<Double, Complex> known = new HashMap<>();
            for (int x = 0; x < cells; x++) {
                between[f][x] = field(f, centre(x), volume(), known);
            }
            for (int j = 0; j < sent[f].length; j++) {
                sent[f][j] = field(f, survey.receivers().get(j), volume(), known);
            }
            for (int s = 0; s < incident[f].length; s++) {
                incident[f][s] = field(f, survey.sources().get(s), 1 / (k(f) * k(f)), known);
            }
        }
    }

    private Complex[] field(int f, Position from, double scale, Map<Double, Complex> known) {
        Complex[] field = new Complex[cells];
        for (int x = 0; x < cells; x++) {
            field[x] = known.computeIfAbsent(distance(centre(x), from), r -> g(k(f), r))
                    .times(scale);
        }
        return field;
    }

    // Green's function

    /** J0(x) = 1/pi int_0^pi cos(x sin t) dt: the trapezoidal rule of a periodic function, exact to rounding. */
    private static double j0(double x) {
        int n = 200 + (int) (4 * x);
        return mean(n, t -> Math.cos(x * Math.sin(t)));
    }

    /** Y0(x) = 2/pi ((ln(x/2) + gamma) J0(x) - 2 sum (-1)^m J2m(x) / m), Neumann's series. */
    private static double y0(double x) {
        double eulerGamma = 0.5772156649015329;
        double sum = (Math.log(x / 2) + eulerGamma) * j0(x);
        for (int m = 1; m < 40 + x; m++) {
            sum -= 2 * (m % 2 == 0 ? 1 : -1) * jn(2 * m, x) / m;
        }
        return 2 / Math.PI * sum;
    }

    private static double jn(int order, double x) {
        int n = 200 + 4 * order + (int) (4 * x);
        return mean(n, t -> Math.cos(order * t - x * Math.sin(t)));
    }

    /** Mean over [0, 2 pi). */
    private static double mean(int n, DoubleUnaryOperator f) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += f.applyAsDouble(2 * Math.PI * i / n);
        }
        return sum / n;
    }

    private static Complex g(double k, double r) {
        return r == 0 ? Complex.ZERO : new Complex(y0(k * r), -j0(k * r)).times(k * k / 4);
    }

    private Position centre(int cell) {
        int ix = cell % grid.nx();
        int iz = cell / grid.nx();
        return new Position(
                grid.topLeft().x() + (ix + 0.5) * width(), grid.topLeft().z() + (iz + 0.5) * height());
    }

    private double width() {
        return (grid.bottomRight().x() - grid.topLeft().x()) / grid.nx();
    }

    private double height() {
        return (grid.bottomRight().z() - grid.topLeft().z()) / grid.nz();
    }

    private double volume() {
        return width() * height();
    }

    private double area() {
        return (grid.bottomRight().x() - grid.topLeft().x())
                * (grid.bottomRight().z() - grid.topLeft().z());
    }

    private static double distance(Position a, Position b) {
        return Math.sqrt(Math.pow(a.x() - b.x(), 2) + Math.pow(a.z() - b.z(), 2));
    }

    private double k(int f) {
        return 2 * Math.PI * survey.frequenciesHz().get(f) / survey.backgroundVelocity();
    }

    /** Neumann series with the full matrix. */
    Complex[][][] neumann(double[] chi, int passes, double tolerance) {
        Complex[][][] fields = new Complex[survey.frequenciesHz().size()][][];
        for (int f = 0; f < fields.length; f++) {
            fields[f] = neumann(f, chi, passes, tolerance);
        }
        return fields;
    }

    /** By source. */
    Complex[][] neumann(int f, double[] chi, int passes, double tolerance) {
        Complex[][] fields = Arrays.stream(incident[f]).map(Complex[]::clone).toArray(Complex[][]::new);
        for (Complex[] p : fields) {
            Complex[] previous = new Complex[cells];
            Arrays.fill(previous, Complex.ZERO);
            for (int it = 0; it < passes; it++) {
                Complex[] w = new Complex[cells];
                double changed = 0;
                double norm = 0;
                for (int x = 0; x < cells; x++) {
                    w[x] = p[x].times(chi[x]);
                    changed += w[x].minus(previous[x]).squared();
                    norm += w[x].squared();
                }
                if (it != 0 && Math.sqrt(changed) / Math.sqrt(norm) < tolerance) {
                    break;
                }
                for (int x = 0; x < cells; x++) {
                    for (int y = 0; y < cells; y++) {
                        p[x] = p[x].plus(between[f][x][y].times(w[y].minus(previous[y])));
                    }
                }
                previous = w;
            }
        }
        return fields;
    }

    /** The series with factors alpha that fit the equation best, by frequency and source. */
    Complex[][][] fitted(double[] chi, int passes, double tolerance) {
        Complex[][][] fields = new Complex[incident.length][survey.sources().size()][];
        for (int f = 0; f < fields.length; f++) {
            for (int s = 0; s < fields[f].length; s++) {
                fields[f][s] = fitted(f, incident[f][s], chi, passes, tolerance);
            }
        }
        return fields;
    }

    private Complex[] fitted(int f, Complex[] p0, double[] chi, int passes, double tolerance) {
        Complex[] p = p0;
        Complex[] previous = new Complex[cells];
        Arrays.fill(previous, Complex.ZERO);
        List<Complex[]> phi = new ArrayList<>();
        for (int it = 0; it < passes; it++) {
            Complex[] w = times(chi, p);
            if (it != 0 && Math.sqrt(squared(minus(w, previous))) / Math.sqrt(squared(w)) < tolerance) {
                break;
            }
            phi.add(times(between[f], minus(w, previous)));
            previous = w;
            // Least squares in real numbers: (Re -Im; Im Re) acts on (Re; Im) as the complex matrix does.
            int n = phi.size();
            double[][] matrix = new double[2 * cells][2 * n];
            double[] target = new double[2 * cells];
            Complex[] once = times(between[f], times(chi, p0));
            for (int x = 0; x < cells; x++) {
                target[x] = once[x].re();
                target[cells + x] = once[x].im();
            }
            for (int j = 0; j < n; j++) {
                Complex[] column = minus(phi.get(j), times(between[f], times(chi, phi.get(j))));
                for (int x = 0; x < cells; x++) {
                    matrix[x][j] = column[x].re();
                    matrix[x][n + j] = -column[x].im();
                    matrix[cells + x][j] = column[x].im();
                    matrix[cells + x][n + j] = column[x].re();
                }
            }
            double[] alpha = new QRDecomposition(new Array2DRowRealMatrix(matrix))
                    .getSolver()
                    .solve(new ArrayRealVector(target))
                    .toArray();
            p = p0.clone();
            for (int j = 0; j < n; j++) {
                for (int x = 0; x < cells; x++) {
                    p[x] = p[x].plus(phi.get(j)[x].times(new Complex(alpha[j], alpha[n + j])));
                }
            }
        }
        return p;
    }

    private static Complex[] times(double[] chi, Complex[] field) {
        Complex[] product = new Complex[field.length];
        Arrays.setAll(product, x -> field[x].times(chi[x]));
        return product;
    }

    private static Complex[] times(Complex[][] matrix, Complex[] vector) {
        Complex[] product = new Complex[matrix.length];
        for (int row = 0; row < matrix.length; row++) {
            product[row] = Complex.ZERO;
            for (int x = 0; x < vector.length; x++) {
                product[row] = product[row].plus(matrix[row][x].times(vector[x]));
            }
        }
        return product;
    }

    /** The matrix K of total fields. */
    Complex[][] matrix(Complex[][][] fields) {
        int receivers = survey.receivers().size();
        int sources = survey.sources().size();
        Complex[][] matrix = new Complex[fields.length * receivers * sources][cells];
        for (int f = 0; f < fields.length; f++) {
            for (int j = 0; j < receivers; j++) {
                for (int x = 0; x < cells; x++) {
                    for (int s = 0; s < sources; s++) {
                        double offset = distance(
                                survey.receivers().get(j), survey.sources().get(s));
                        matrix[(f * receivers + j) * sources + s][x] =
                                offset > maxOffset ? Complex.ZERO : sent[f][j][x].times(fields[f][s][x]);
                    }
                }
            }
        }
        return matrix;
    }

    Complex[] times(Complex[][] matrix, double[] chi) {
        Complex[] data = new Complex[matrix.length];
        for (int row = 0; row < matrix.length; row++) {
            data[row] = Complex.ZERO;
            for (int x = 0; x < cells; x++) {
                data[row] = data[row].plus(matrix[row][x].times(chi[x]));
            }
        }
        return data;
    }

    private double[] adjoint(Complex[][] matrix, Complex[] r) {
        double[] gradient = new double[cells];
        for (int row = 0; row < matrix.length; row++) {
            for (int x = 0; x < cells; x++) {
                gradient[x] += matrix[row][x].re() * r[row].re() + matrix[row][x].im() * r[row].im();
            }
        }
        return gradient;
    }

    private static Complex[] minus(Complex[] a, Complex[] b) {
        Complex[] difference = new Complex[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i].minus(b[i]);
        }
        return difference;
    }

    private static double squared(Complex[] a) {
        double sum = 0;
        for (Complex value : a) {
            sum += value.squared();
        }
        return sum;
    }

    private static double real(Complex[] a, Complex[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i].re() * b[i].re() + a[i].im() * b[i].im();
        }
        return sum;
    }

    // Derivatives

    private double dx(double[] u, int ix, int iz) {
        int n = grid.nx();
        int row = iz * n;
        if (ix == 0) {
            return (u[row + 2] - 4 * u[row + 1] + 3 * u[row]) / (-2 * width());
        }
        if (ix == n - 1) {
            return (u[row + n - 3] - 4 * u[row + n - 2] + 3 * u[row + n - 1]) / (2 * width());
        }
        return (u[row + ix + 1] - u[row + ix - 1]) / (2 * width());
    }

    private double dz(double[] u, int ix, int iz) {
        int n = grid.nx();
        int m = grid.nz();
        if (iz == 0) {
            return (u[2 * n + ix] - 4 * u[n + ix] + 3 * u[ix]) / (-2 * height());
        }
        if (iz == m - 1) {
            return (u[(m - 3) * n + ix] - 4 * u[(m - 2) * n + ix] + 3 * u[(m - 1) * n + ix]) / (2 * height());
        }
        return (u[(iz + 1) * n + ix] - u[(iz - 1) * n + ix]) / (2 * height());
    }

    private double[] dx(double[] u) {
        double[] result = new double[cells];
        for (int x = 0; x < cells; x++) {
            result[x] = dx(u, x % grid.nx(), x / grid.nx());
        }
        return result;
    }

    private double[] dz(double[] u) {
        double[] result = new double[cells];
        for (int x = 0; x < cells; x++) {
            result[x] = dz(u, x % grid.nx(), x / grid.nx());
        }
        return result;
    }

    // Inversion

    /** A forward model. */
    interface Fields {
        Complex[][][] of(double[] chi);
    }

    /** The inversion with regularisation, or without. */
    Result invert(
            Fields forward,
            Complex[] p,
            int outerPasses,
            int innerPasses,
            double tolerance,
            boolean regularised,
            double start,
            double slope) {
        double eta = 1 / squared(p);
        double[] chi = new double[cells];
        List<Double> history = new ArrayList<>();
        Complex[][][] fields = incident;
        for (int outer = 0; outer < outerPasses; outer++) {
            Complex[][] matrix = matrix(fields);
            double a = start / (slope * outer + 1);
            Complex[] r = minus(p, times(matrix, chi));
            double f = Double.NaN;
            double fr = 1;
            double dp = 0;
            double[] b2p = new double[cells];
            double[] gPrevious = null;
            double[] zeta = null;
            for (int inner = 0; inner < innerPasses; inner++) {
                double[] adjoint = adjoint(matrix, r);
                double[] cx = dx(chi);
                double[] cz = dz(chi);
                double[] n = new double[cells];
                double[] b2 = new double[cells];
                double weighted = 0;
                double weights = 0;
                for (int x = 0; x < cells; x++) {
                    n[x] = cx[x] * cx[x] + cz[x] * cz[x];
                    b2[x] = 1 / ((n[x] + dp) * area());
                    weighted += b2[x] * n[x];
                    weights += b2[x];
                }
                double[] bx = new double[cells];
                double[] bz = new double[cells];
                for (int x = 0; x < cells; x++) {
                    bx[x] = b2p[x] * cx[x];
                    bz[x] = b2p[x] * cz[x];
                }
                bx = dx(bx);
                bz = dz(bz);
                double[] g = new double[cells];
                double[] direction = new double[cells];
                double change = 0;
                double before = 0;
                for (int x = 0; x < cells; x++) {
                    if (!regularised) {
                        g[x] = 2 * eta * adjoint[x];
                    } else if (inner == 0) {
                        g[x] = eta * adjoint[x];
                    } else {
                        g[x] = eta * fr * adjoint[x] + f * (bx[x] + bz[x]);
                    }
                    if (inner > 0) {
                        change += g[x] * (g[x] - gPrevious[x]);
                        before += gPrevious[x] * gPrevious[x];
                    }
                }
                for (int x = 0; x < cells; x++) {
                    direction[x] = inner == 0 ? g[x] : g[x] + change / before * zeta[x];
                }
                zeta = direction;
                Complex[] q = times(matrix, zeta);
                double step = real(r, q) / squared(q);
                if (regularised && inner > 0) {
                    double[] zx = dx(zeta);
                    double[] zz = dz(zeta);
                    double b0 = volume() * (weighted + dp * weights);
                    double b1 = 0;
                    double b2Sum = 0;
                    for (int x = 0; x < cells; x++) {
                        b1 += 2 * volume() * b2[x] * (zx[x] * cx[x] + zz[x] * cz[x]);
                        b2Sum += volume() * b2[x] * (zx[x] * zx[x] + zz[x] * zz[x]);
                    }
                    step = cardano(f, -2 * eta * real(r, q), eta * squared(q), b0, b1, b2Sum);
                }
                chi = chi.clone();
                for (int x = 0; x < cells; x++) {
                    chi[x] += step * zeta[x];
                }
                r = minus(p, times(matrix, chi));
                double fOld = f;
                f = eta * squared(r);
                history.add(f);
                if (inner > 0 && (f < tolerance || Math.abs(fOld - f) < tolerance)) {
                    break;
                }
                if (inner > 0) {
                    double[] hx = dx(chi);
                    double[] hz = dz(chi);
                    double sum = 0;
                    for (int x = 0; x < cells; x++) {
                        sum += (hx[x] * hx[x] + hz[x] * hz[x] + dp) / (n[x] + dp);
                    }
                    fr = volume() / area() * sum;
                    dp = a / 2 * weighted / weights;
                    b2p = b2;
                }
                gPrevious = g;
            }
            fields = forward.of(chi);
        }
        return new Result(history, chi);
    }

    /** The one real root of the cubic. */
    private static double cardano(double a0, double a1, double a2, double b0, double b1, double b2) {
        double a = 4 * a2 * b2;
        double b = 3 * (a2 * b1 + a1 * b2);
        double c = 2 * (a2 * b0 + a1 * b1 + a0 * b2);
        double d = a1 * b0 + a0 * b1;
        double f = (3 * c / a - b * b / (a * a)) / 3;
        double h0 = (2 * b * b * b / (a * a * a) - 9 * b * c / (a * a) + 27 * d / a) / 27;
        double h = h0 * h0 / 4 + f * f * f / 27;
        if (h < 0) {
            throw new ArithmeticException("three real roots");
        }
        return Math.cbrt(-h0 / 2 + Math.sqrt(h)) + Math.cbrt(-h0 / 2 - Math.sqrt(h)) - b / (3 * a);
    }
}
