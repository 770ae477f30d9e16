package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.ForwardModelSettings.Solver;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.complex.Complex;

/**
 * A cylinder of 35 m radius and contrast 0.3 in the middle of a square of 120 m, in 2000 m/s, with a source above that is a
 * third of the node distance away from the nearest node in both directions, for 13, 25, 49 ... nodes. {@link #main} prints
 * the tables of docs/theory.md.
 */
final class Cylinder {
    private static final double VELOCITY = 2000;
    private static final double HALF = 60;
    private static final double RADIUS = 35;
    private static final double CONTRAST = 0.3;
    private static final Position ABOVE = new Position(-20 + 10.0 / 3, -80 - 10.0 / 3);
    private static final Position INSIDE = new Position(-20 + 10.0 / 3, -50 + 10.0 / 3);

    static final ForwardModelSettings INTEGRAL = new Integral(Solver.GMRES, 200, 1e-10);
    static final FiniteDifference WINDOW = new FiniteDifference(1, 1, 8, 10);
    static final FiniteDifference POINT = new FiniteDifference(1, 1, 0, 0);
    private static final FiniteDifference USUAL_WINDOW = new FiniteDifference(1, 1, 4, 6.31);

    private final double frequencyHz;

    Cylinder(double frequencyHz) {
        this.frequencyHz = frequencyHz;
    }

    private static double spacing(int n) {
        return 2 * HALF / (n - 1);
    }

    private static Position node(int n, int index) {
        return new Position(-HALF + index % n * spacing(n), -HALF + Math.floorDiv(index, n) * spacing(n));
    }

    private Survey survey(Position source) {
        return new Survey(VELOCITY, List.of(frequencyHz), List.of(source), List.of(source));
    }

    /** The share of the square around a node that the cylinder covers, times the contrast. */
    private static double[] contrast(int n) {
        int samples = 20;
        double[] contrast = new double[n * n];
        for (int i = 0; i < contrast.length; i++) {
            Position node = node(n, i);
            int covered = 0;
            for (int s = 0; s < samples * samples; s++) {
                double x = node.x() + ((s % samples + 0.5) / samples - 0.5) * spacing(n);
                double z = node.z() + ((Math.floorDiv(s, samples) + 0.5) / samples - 0.5) * spacing(n);
                if (x * x + z * z < RADIUS * RADIUS) {
                    covered++;
                }
            }
            contrast[i] = CONTRAST * covered / (samples * samples);
        }
        return contrast;
    }

    /** The field at n x n nodes: for the integral equation centres of cells, for finite differences to the square's edges. */
    ComplexVector field(int n, ForwardModelSettings settings) {
        double half = settings instanceof Integral ? HALF + spacing(n) / 2 : HALF;
        Grid grid = Grid.of(n, n, new Position(-half, -half), new Position(half, half));
        return ForwardModels.of(grid, survey(ABOVE), settings).totalFields(0, contrast(n))[0];
    }

    private Complex[] exact(int n) {
        CylinderField field = new CylinderField(survey(ABOVE).wavenumber(0), CONTRAST, RADIUS, ABOVE);
        Complex[] values = new Complex[n * n];
        Arrays.setAll(values, i -> field.at(node(n, i)));
        return values;
    }

    /** Relative L2 error over all nodes. */
    double error(int n, ForwardModelSettings settings) {
        return Cases.distance(field(n, settings), exact(n));
    }

    /**
     * What the boundary reflects without contrast, relative to the field, over all nodes: the difference to the same
     * nodes in a square that is a given number of nodes larger on every side and has layers of two wavelengths.
     */
    double reflection(int n, int pad, FiniteDifference settings) {
        FiniteDifference far = new FiniteDifference(2, 2, settings.sourceHalfWidth(), settings.kaiserBeta());
        return Cases.distance(background(n, 0, settings), Cases.complex(background(n, pad, far)));
    }

    private ComplexVector background(int n, int pad, FiniteDifference settings) {
        int all = n + 2 * pad;
        double half = HALF + pad * spacing(n);
        Grid grid = Grid.of(all, all, new Position(-half, -half), new Position(half, half));
        ComplexVector field =
                ForwardModels.of(grid, survey(INSIDE), settings).totalFields(0, new double[grid.cells()])[0];
        ComplexVector inner = ComplexVector.zeros(n * n);
        for (int iz = 0; iz < n; iz++) {
            System.arraycopy(field.re(), (iz + pad) * all + pad, inner.re(), iz * n, n);
            System.arraycopy(field.im(), (iz + pad) * all + pad, inner.im(), iz * n, n);
        }
        return inner;
    }

    public static void main(String[] arguments) {
        print("error at 40 Hz: integral; window 4, beta 6.31; window 8, beta 10", 40, INTEGRAL, USUAL_WINDOW, WINDOW);
        print("error at 20 Hz: integral; point; window 8, beta 10", 20, INTEGRAL, POINT, WINDOW);
        System.out.println("reflection at 20 and 40 Hz: layers of 1/2, 1, 2 wavelengths; absorbing boundary");
        for (int n : new int[] {13, 25, 49}) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%7.3f m", spacing(n)));
            for (double frequencyHz : new double[] {20, 40}) {
                for (double width : new double[] {0.5, 1, 2, 0}) {
                    FiniteDifference settings = new FiniteDifference(width, width, 8, 10);
                    double reflection = new Cylinder(frequencyHz).reflection(n, 2 * n, settings);
                    line.append(String.format(Locale.ROOT, "  %.1e", reflection));
                }
            }
            System.out.println(line);
        }
    }

    private static void print(String title, double frequencyHz, ForwardModelSettings... models) {
        System.out.println(title);
        double[] last = new double[models.length];
        for (int n : new int[] {13, 25, 49, 97, 193}) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%7.3f m", spacing(n)));
            for (int i = 0; i < models.length; i++) {
                double error = new Cylinder(frequencyHz).error(n, models[i]);
                line.append(String.format(Locale.ROOT, "  %.2e %5.2f", error, Math.log(last[i] / error) / Math.log(2)));
                last[i] = error;
            }
            System.out.println(line);
        }
    }
}
