package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.List;

/**
 * The two-dimensional Green's function of the Helmholtz equation in a homogeneous background,
 *
 * <pre>g(k, r) = k^2 (Y0(kr)/4 - i J0(kr)/4)</pre>
 *
 * scaled by k^2 so that it acts on the contrast directly, and zero at r = 0, where the singularity is left out.
 *
 * <p>{@code g / k^2} is the field of a point source in {@code laplace p + k^2 p = delta} with outgoing waves for the time
 * dependence exp(-i w t). The sign matters to the total field, whose scattered part is g times contrast times total field.
 * It does not to the Born operator, a product of two Green's functions, which is the same with -g in place of g.
 */
public final class GreensFunction {
    private GreensFunction() {}

    /** Re g(k, r), wavenumber in 1/m and distance in m. */
    public static double re(double wavenumber, double distance) {
        return distance == 0 ? 0 : wavenumber * wavenumber * Bessel.y0(wavenumber * distance) / 4;
    }

    /** Im g(k, r). */
    public static double im(double wavenumber, double distance) {
        return distance == 0 ? 0 : -wavenumber * wavenumber * Bessel.j0(wavenumber * distance) / 4;
    }

    /** For each point the field {@code scale * g(k, |x - point|)} at the centres x of all cells. */
    public static ComplexVector[] fields(Grid grid, List<Position> points, double k, double scale) {
        ComplexVector[] fields = new ComplexVector[points.size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = ComplexVector.zeros(grid.cells());
            for (int iz = 0; iz < grid.nz(); iz++) {
                for (int ix = 0; ix < grid.nx(); ix++) {
                    double distance = grid.centre(ix, iz).distanceTo(points.get(i));
                    int cell = iz * grid.nx() + ix;
                    fields[i].re()[cell] = scale * re(k, distance);
                    fields[i].im()[cell] = scale * im(k, distance);
                }
            }
        }
        return fields;
    }

    /** For each receiver the field that a contrast source of one cell sends to it, {@code V g(k, |x - receiver|)}. */
    public static ComplexVector[] receiverFields(Grid grid, Survey survey, int frequency) {
        return fields(grid, survey.receivers(), survey.wavenumber(frequency), grid.cellVolume());
    }

    /** For each source the field at all cells without contrast, {@code g(k, |x - source|) / k^2}. */
    public static ComplexVector[] incidentFields(Grid grid, Survey survey, int frequency) {
        double k = survey.wavenumber(frequency);
        return fields(grid, survey.sources(), k, 1 / (k * k));
    }
}
