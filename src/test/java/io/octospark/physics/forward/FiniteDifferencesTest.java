package io.octospark.physics.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModelException;
import org.apache.commons.math3.complex.Complex;
import org.junit.jupiter.api.Test;

/** Against a plain statement with the full matrix. */
class FiniteDifferencesTest {
    private static final Position[] ABOVE = {new Position(-95, -20), new Position(130, -20), new Position(3, -20)};

    private static final FiniteDifference ABC_POINT = new FiniteDifference(0, 0, 0, 6.31);
    private static final FiniteDifference ABC_WINDOW = new FiniteDifference(0, 0, 2, 6.31);
    private static final FiniteDifference PML_POINT = new FiniteDifference(0.4, 0.4, 0, 6.31);
    private static final FiniteDifference PML_WINDOW = new FiniteDifference(0.4, 0.7, 2, 4.14);

    private static ComplexVector[] fields(
            Grid grid, Survey survey, FiniteDifference settings, int frequency, double[] contrast) {
        return ForwardModels.of(grid, survey, settings).totalFields(frequency, contrast);
    }

    private static void assertAgrees(Grid grid, Survey survey, FiniteDifference settings, int frequency) {
        double[] contrast = Cases.contrast(grid.cells(), 0.4);
        ComplexVector[] fields = fields(grid, survey, settings, frequency, contrast);
        Complex[][] plain = PlainFiniteDifferences.fields(grid, survey, settings, frequency, contrast);
        assertThat(fields).hasSameSizeAs(survey.sources());
        for (int s = 0; s < fields.length; s++) {
            Cases.assertClose(fields[s], plain[s], 1e-12);
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
