package io.octospark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTableTest {
    @Test
    void mediansAndEfficiencyAgainstTheSmallestSize() {
        ScalingTable table = new ScalingTable();
        table.add(4, 4.0, 0.5);
        table.add(2, 2.0, 0.25);
        table.add(2, 1.0, 0.75);
        table.add(2, 5.0, 0.5);
        table.add(4, 6.0, 1.0);

        assertThat(table.rows(10))
                .containsExactly(
                        List.of(2, 20, 2.0, 1.0, 5.0, 1.0, 0.5, 0.75), List.of(4, 40, 5.0, 4.0, 6.0, 0.4, 0.75, 1.0));
        assertThat(table.rows(10)).allMatch(row -> row.size() == ScalingTable.COLUMNS.size());
    }
}
