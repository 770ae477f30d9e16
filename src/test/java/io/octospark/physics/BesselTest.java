package io.octospark.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Compares with the C library's Bessel functions. */
class BesselTest {
    private static final double TOLERANCE = 5e-15;
    private static final int SAMPLES = 200_000;
    private static final LibM LIBM = Native.load("m", LibM.class);

    private interface LibM extends Library {
        double j0(double x);

        double y0(double x);
    }

    @Test
    void j0AgreesWithTheCLibrary() {
        double worst = 0;
        for (int i = 0; i <= SAMPLES; i++) {
            double x = 200.0 * i / SAMPLES;
            worst = Math.max(worst, Math.abs(Bessel.j0(x) - LIBM.j0(x)));
        }
        assertThat(worst).isLessThanOrEqualTo(TOLERANCE);
    }

    @Test
    void y0AgreesWithTheCLibrary() {
        SplittableRandom random = new SplittableRandom(1);
        double worst = 0;
        for (int i = 0; i < SAMPLES; i++) {
            // Evenly over the range, and evenly over its logarithm for the steep part near zero.
            double even = random.nextDouble(1e-6, 200);
            double logarithmic = 1e-6 * Math.pow(2e8, random.nextDouble());
            worst = Math.max(worst, Math.abs(Bessel.y0(even) - LIBM.y0(even)));
            worst = Math.max(worst, Math.abs(Bessel.y0(logarithmic) - LIBM.y0(logarithmic)));
        }
        assertThat(worst).isLessThanOrEqualTo(TOLERANCE);
    }

    @Test
    void agreesAtEndsAndSeam() {
        for (double x : new double[] {1e-6, 1e-5, Math.nextDown(5.0), 5, Math.nextUp(5.0), 2.404825557695773, 200}) {
            assertThat(Bessel.j0(x)).isCloseTo(LIBM.j0(x), within(TOLERANCE));
            assertThat(Bessel.y0(x)).isCloseTo(LIBM.y0(x), within(TOLERANCE));
        }
        assertThat(Bessel.j0(0)).isEqualTo(1);
        assertThat(Bessel.y0(0)).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void i0AgreesWithItsIntegral() {
        // The mean of exp(x cos t) over t; equally spaced points converge faster than any power.
        int points = 400;
        for (double x : new double[] {0, 1e-3, 0.5, 2, 4.14, 6.31, 20, 100}) {
            double sum = 0;
            for (int i = 0; i < points; i++) {
                sum += Math.exp(x * Math.cos(2 * Math.PI * i / points));
            }
            assertThat(Bessel.i0(x) / (sum / points)).isCloseTo(1, within(1e-14));
        }
    }
}
