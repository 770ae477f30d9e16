package io.octospark.physics;

/**
 * The two-dimensional Green's function of the Helmholtz equation in a homogeneous background,
 * {@code g(k, r) = k^2 (-Y0(kr)/4 + i J0(kr)/4)}, scaled by k^2 so that it acts on the contrast directly. Zero at r = 0,
 * where the singularity is left out.
 */
final class GreensFunction {
    private GreensFunction() {}

    /** Re g(k, r), wavenumber in 1/m and distance in m. */
    static double re(double wavenumber, double distance) {
        return distance == 0 ? 0 : -wavenumber * wavenumber * Bessel.y0(wavenumber * distance) / 4;
    }

    /** Im g(k, r). */
    static double im(double wavenumber, double distance) {
        return distance == 0 ? 0 : wavenumber * wavenumber * Bessel.j0(wavenumber * distance) / 4;
    }
}
