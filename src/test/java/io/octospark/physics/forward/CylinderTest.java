package io.octospark.physics.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.Position;
import org.apache.commons.math3.complex.Complex;
import org.junit.jupiter.api.Test;

/** Forward models against the analytic field of a circular cylinder, on grids refined by halves. */
class CylinderTest {
    private static final Cylinder CYLINDER = new Cylinder(40);

    private static double order(double coarseError, double fineError) {
        return Math.log(coarseError / fineError) / Math.log(2);
    }

    @Test
    void theSeriesIsTheIncidentFieldWithoutContrast() {
        Position source = new Position(40, -90);
        CylinderField field = new CylinderField(0.1, 0, 35, source);
        for (Position at : new Position[] {new Position(3, 4), new Position(-30, 10), new Position(60, 60)}) {
            Complex expected = Cases.green(0.1, at.distanceTo(source)).divide(0.1 * 0.1);

            assertThat(field.at(at).subtract(expected).abs()).isLessThan(1e-14);
        }
    }

    @Test
    void theSeriesIsSmoothAcrossTheCylinder() {
        CylinderField field = new CylinderField(0.1, 0.3, 35, new Position(40, -90));
        double step = 1e-4;
        Complex inner = field.at(new Position(35 - 2 * step, 0));
        Complex within = field.at(new Position(35 - step, 0));
        Complex beyond = field.at(new Position(35 + step, 0));
        Complex outer = field.at(new Position(35 + 2 * step, 0));

        // To the third order in the step a straight line through the four; the second derivative jumps by k^2 chi p.
        assertThat(within.add(within)
                        .subtract(inner)
                        .subtract(beyond.add(beyond).subtract(outer))
                        .abs())
                .isLessThan(1e-8 * within.abs());
        assertThat(within.subtract(inner).subtract(outer.subtract(beyond)).abs())
                .isLessThan(1e-7 * within.abs());
    }

    @Test
    void theIntegralEquationConvergesAlmostInTheSecondOrder() {
        double coarse = CYLINDER.error(13, Cylinder.INTEGRAL);
        double middle = CYLINDER.error(25, Cylinder.INTEGRAL);
        double fine = CYLINDER.error(49, Cylinder.INTEGRAL);

        assertThat(fine).isLessThan(0.012);
        assertThat(order(coarse, middle)).isBetween(1.6, 2.1);
        assertThat(order(middle, fine)).isBetween(1.6, 2.1);
    }

    @Test
    void finiteDifferencesConvergeInTheSecondOrderWithAWindowedSource() {
        double coarse = CYLINDER.error(25, Cylinder.WINDOW);
        double fine = CYLINDER.error(49, Cylinder.WINDOW);

        assertThat(fine).isLessThan(0.035);
        assertThat(order(coarse, fine)).isCloseTo(2, within(0.2));
    }

    @Test
    void finiteDifferencesConvergeInTheFirstOrderWithAPointSource() {
        // At a longer wavelength, where dispersion, of second order, is small against the source's wrong place. Over
        // two
        // halvings, after which the nearest node is on the same side again.
        Cylinder cylinder = new Cylinder(20);
        double coarse = cylinder.error(13, Cylinder.POINT);
        double fine = cylinder.error(49, Cylinder.POINT);

        assertThat(order(coarse, fine) / 2).isCloseTo(1, within(0.2));
    }

    @Test
    void integralEquationAndFiniteDifferencesAgree() {
        ComplexVector integral = CYLINDER.field(49, Cylinder.INTEGRAL);
        ComplexVector differences = CYLINDER.field(49, Cylinder.WINDOW);

        assertThat(Cases.distance(differences, Cases.complex(integral))).isLessThan(0.04);
    }

    @Test
    void layersReflectLessThanTheAbsorbingBoundary() {
        FiniteDifference absorbing = new FiniteDifference(0, 0, 8, 10);

        assertThat(CYLINDER.reflection(25, 15, Cylinder.WINDOW)).isLessThan(0.01);
        assertThat(CYLINDER.reflection(25, 15, absorbing)).isBetween(0.05, 0.3);
    }
}
