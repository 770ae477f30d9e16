package io.octospark.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.List;
import org.junit.jupiter.api.Test;

class BornOperatorTest {
    private static final Grid GRID = Grid.of(5, 3, new Position(-20, 10), new Position(30, 31));

    private static Survey survey(int frequencies, int sources, int receivers) {
        return new Survey(
                1500,
                Survey.frequencies(12, 31, frequencies),
                Survey.line(new Position(-100, -5), new Position(90, -25), sources),
                Survey.line(new Position(-70, 55), new Position(110, 60), receivers));
    }

    @Test
    void entriesAreTheProductOfReceiverAndIncidentField() {
        Survey survey = survey(2, 3, 4);
        BornOperator k = new BornOperator(GRID, survey);

        assertThat(k.rows()).isEqualTo(24);
        int f = 1;
        int j = 2;
        int s = 1;
        Position cell = GRID.centre(3, 2);
        double wavenumber = survey.wavenumber(f);
        double toReceiver = cell.distanceTo(survey.receivers().get(j));
        double toSource = cell.distanceTo(survey.sources().get(s));
        double gRe = GRID.cellVolume() * GreensFunction.re(wavenumber, toReceiver);
        double gIm = GRID.cellVolume() * GreensFunction.im(wavenumber, toReceiver);
        double pRe = Bessel.y0(wavenumber * toSource) / 4;
        double pIm = -Bessel.j0(wavenumber * toSource) / 4;
        int row = (f * 4 + j) * 3 + s;
        assertThat(k.re(row, 2 * 5 + 3)).isCloseTo(gRe * pRe - gIm * pIm, within(1e-15));
        assertThat(k.im(row, 2 * 5 + 3)).isCloseTo(gRe * pIm + gIm * pRe, within(1e-15));
    }

    @Test
    void reciprocityHolds() {
        Survey there = survey(2, 2, 3);
        Survey back = new Survey(
                1500, there.frequenciesHz(), /* sources= */ there.receivers(), /* receivers= */ there.sources());
        BornOperator forth = new BornOperator(GRID, there);
        BornOperator reverse = new BornOperator(GRID, back);

        double scale = Math.abs(forth.re(0, 0));
        for (int f = 0; f < 2; f++) {
            for (int j = 0; j < 3; j++) {
                for (int s = 0; s < 2; s++) {
                    for (int x = 0; x < GRID.cells(); x++) {
                        assertThat(forth.re((f * 3 + j) * 2 + s, x))
                                .isCloseTo(reverse.re((f * 2 + s) * 3 + j, x), within(1e-14 * scale));
                    }
                }
            }
        }
    }

    @Test
    void aSourceInACellCentreContributesNothingThere() {
        Position centre = GRID.centre(1, 1);
        Survey survey = new Survey(1500, List.of(20.0), List.of(centre), List.of(new Position(0, 0)));

        BornOperator k = new BornOperator(GRID, survey);

        assertThat(k.re(0, 5 + 1)).isZero();
        assertThat(k.im(0, 5 + 1)).isZero();
    }

    @Test
    void anOperatorThatNoArrayHoldsIsRefused() {
        Survey huge = survey(1000, 1000, 1000);

        assertThatThrownBy(() -> new BornOperator(GRID, huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1000000000 x 15 entries is over the limit");
    }
}
