package io.octospark.physics.forward;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.octospark.model.Position;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.complex.Complex;

/**
 * The field of a point source outside of a circular cylinder of constant contrast around the origin, by its Bessel series.
 *
 * <pre>p0 = -i/4 H0(k |x - x_s|)
 *    = -i/4 sum_n H_n(k r_s) J_n(k r) cos(n t)                        for r &lt; r_s
 * p  = -i/4 sum_n H_n(k r_s) B_n J_n(k1 r) cos(n t)                   inside, k1 = k sqrt(1 - chi)
 * p  = p0 - i/4 sum_n H_n(k r_s) A_n H_n(k r) cos(n t)                outside</pre>
 *
 * over all integers n, with Hankel functions of the first kind and the angle t between x and x_s; A_n and B_n make p and
 * dp/dr continuous at the radius a. Bessel functions are those of the C library.
 */
final class CylinderField {
    private static final LibM LIBM = Native.load("m", LibM.class);

    private interface LibM extends Library {
        double jn(int n, double x);

        double yn(int n, double x);
    }

    private final double k;
    private final double k1;
    private final double radius;
    private final Position source;
    private final List<Complex> inside = new ArrayList<>();
    private final List<Complex> outside = new ArrayList<>();

    CylinderField(double k, double contrast, double radius, Position source) {
        this.k = k;
        this.k1 = k * Math.sqrt(1 - contrast);
        this.radius = radius;
        this.source = source;
        double sourceRadius = source.distanceTo(new Position(0, 0));
        double x = k * radius;
        double x1 = k1 * radius;
        // Terms shrink as (a / r_s)^n once n is above the arguments.
        int terms = (int) Math.max(x, x1) + 60;
        for (int n = 0; n < terms; n++) {
            double j = LIBM.jn(n, x);
            double slope = slope(n, x);
            double j1 = LIBM.jn(n, x1);
            double slope1 = slope(n, x1);
            Complex h = hankel(n, x);
            Complex hSlope = n == 0
                    ? hankel(1, x).negate()
                    : hankel(n - 1, x).subtract(hankel(n + 1, x)).divide(2);
            Complex determinant = hSlope.multiply(k * j1).subtract(h.multiply(k1 * slope1));
            Complex sent = hankel(n, k * sourceRadius).multiply(n == 0 ? 1 : 2).multiply(new Complex(0, -0.25));
            // The Wronskian J H' - J' H at x is 2 i / (pi x).
            inside.add(
                    new Complex(0, 2 / (Math.PI * radius)).divide(determinant).multiply(sent));
            outside.add(new Complex(k1 * slope1 * j - k * slope * j1)
                    .divide(determinant)
                    .multiply(sent));
        }
    }

    private static double slope(int n, double x) {
        return n == 0 ? -LIBM.jn(1, x) : (LIBM.jn(n - 1, x) - LIBM.jn(n + 1, x)) / 2;
    }

    private static Complex hankel(int n, double x) {
        return new Complex(LIBM.jn(n, x), LIBM.yn(n, x));
    }

    Complex at(Position position) {
        double r = position.distanceTo(new Position(0, 0));
        double angle = Math.atan2(position.z(), position.x()) - Math.atan2(source.z(), source.x());
        boolean within = r < radius;
        Complex field = within
                ? Complex.ZERO
                : hankel(0, k * position.distanceTo(source)).multiply(new Complex(0, -0.25));
        for (int n = 0; n < inside.size(); n++) {
            Complex radial = within
                    ? inside.get(n).multiply(LIBM.jn(n, k1 * r))
                    : outside.get(n).multiply(hankel(n, k * r));
            field = field.add(radial.multiply(Math.cos(n * angle)));
        }
        return field;
    }
}
