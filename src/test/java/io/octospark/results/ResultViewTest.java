package io.octospark.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.spark.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The views over {@link HandMadeResults}, whose figures are worked out here by hand. */
@Tag("every-spark")
class ResultViewTest {
    @TempDir
    private static Path folder;

    private static SparkSession spark;

    @BeforeAll
    static void handMadeResults() {
        spark = LocalSpark.open();
        ResultStore store = new ResultStore(spark, folder.toString());
        HandMadeResults.write(store);
        assertThat(store.createViews()).isEmpty();
    }

    private static List<String> rows(String query) {
        return HandMadeResults.rows(spark, query);
    }

    @Test
    void throughput() {
        assertThat(rows("SELECT run_id, status, compute_units, grids_expected, grids_done, grids_failed, wall_seconds,"
                        + " grids_per_second FROM v_throughput ORDER BY run_id"))
                .containsExactly(
                        "broken|failed|1|4|0|0|3.0|0.0",
                        "one|complete|1|4|4|0|8.0|0.5",
                        "open|partial|1|8|0|0|null|null",
                        "slow|partial|1|4|3|1|10.0|0.3",
                        "two|complete|2|8|8|0|10.0|0.8");
        // Rates of the units: 2/3, 2/2, 2/4, 2/2 grids a second; of slow 3/8, as one of its 4 failed.
        assertThat(
                        rows(
                                "SELECT run_id, unit_seconds, round(unit_grids_per_second_median, 4), unit_grids_per_second_min,"
                                        + " unit_grids_per_second_max, grid_seconds_median, grid_seconds_q1, grid_seconds_q3, gb_moved,"
                                        + " gb_per_second FROM v_throughput WHERE run_id IN ('two', 'slow', 'broken') ORDER BY run_id"))
                .containsExactly(
                        "broken|null|null|null|null|null|null|null|null|null",
                        "slow|8.0|0.375|0.375|0.375|2.0|2.0|2.0|0.5|0.05",
                        "two|11.0|0.8333|0.5|1.0|2.5|1.75|3.25|2.0|0.2");
    }

    @Test
    void scalingOfCompleteRunsAgainstOneUnit() {
        assertThat(rows("SELECT experiment, backend, compute_units, nodes, runs, grids_median, wall_seconds_median,"
                        + " grids_per_second_median, grids_per_second_min, grids_per_second_max, base_units, speedup,"
                        + " efficiency FROM v_scaling ORDER BY compute_units"))
                .containsExactly(
                        "hand|xrt-emulated|1|1|1|4.0|8.0|0.5|0.5|0.5|1|1.0|1.0",
                        "hand|xrt-emulated|2|1|1|8.0|10.0|0.8|0.8|0.8|1|1.6|0.8");
    }

    @Test
    void sharesOfPhases() {
        assertThat(rows("SELECT run_id, id, phase, seconds, share, unit_seconds, calls, bytes FROM v_phase_share"
                        + " ORDER BY run_id, id, phase"))
                .containsExactly(
                        "one|1|dotprod|3.0|1.0|6.0|10|0",
                        "two|1|dotprod|2.0|0.6666666666666666|7.0|20|0",
                        "two|1|host_math|0.0|0.0|7.0|20|0",
                        "two|1|readback|1.0|0.3333333333333333|7.0|10|0",
                        "two|2|dotprod|2.0|0.5|4.0|20|0",
                        "two|2|host_math|2.0|0.5|4.0|20|0");
    }

    @Test
    void whoWaitedForWhom() {
        // Units worked from second 1 to 4 and from 5 to 9 of 10.
        assertThat(rows("SELECT repeat, partition_id, id, attempt, start_seconds, end_seconds, round(times_median, 4),"
                        + " idle_after_seconds, driver_gap_seconds, driver_gap_after_seconds FROM v_stragglers"
                        + " WHERE run_id = 'two' ORDER BY repeat, partition_id"))
                .containsExactly(
                        "0|0|1|0|1.0|4.0|1.2|0.0|1.0|null",
                        "0|1|2|0|1.5|3.5|0.8|0.5|0.0|null",
                        "1|0|1|0|5.0|9.0|1.3333|0.0|1.0|1.0",
                        "1|1|2|1|5.0|7.0|0.6667|2.0|0.0|null");
        assertThat(rows("SELECT sum(driver_gap_seconds) + sum(driver_gap_after_seconds) FROM v_stragglers"
                        + " WHERE run_id = 'two'"))
                .containsExactly("3.0");
    }

    @Test
    void gridsOfTasks() {
        assertThat(rows(
                        "SELECT run_id, id, grids, grids_failed, grids_done FROM v_tasks WHERE run_id IN ('one', 'slow')"
                                + " ORDER BY run_id"))
                .containsExactly("one|1|4|0|4", "slow|1|4|1|3");
    }

    @Test
    void balance() {
        assertThat(rows(
                        "SELECT id, device, cu, tasks, retries, grids, share_of_grids, time_seconds, round(times_mean, 4),"
                                + " round(grids_per_second, 4), dot_seconds, round(busy_share, 4) FROM v_balance"
                                + " WHERE run_id = 'two' ORDER BY id"))
                .containsExactly(
                        "1|card1|1|2|0|4|0.5|7.0|1.2727|0.5714|2.0|0.6429",
                        "2|card2|1|2|1|4|0.5|4.0|0.7273|1.0|2.0|0.5");
        assertThat(rows("SELECT grids, grids_done, grids_per_second FROM v_balance WHERE run_id = 'slow'"))
                .containsExactly("4|3|0.375");
        assertThat(rows("SELECT host FROM v_balance WHERE run_id = 'long'")).containsExactly("after");
    }

    @Test
    void convergenceOfTheGridsStillRunning() {
        assertThat(rows("SELECT pass, grids_running, residual_min, residual_q1, residual_median, residual_q3,"
                        + " residual_max FROM v_convergence WHERE run_id = 'two' ORDER BY pass"))
                .containsExactly(
                        "1|8|1.0|1.0|1.5|2.5|4.0",
                        "2|6|0.5|0.5|0.5|0.875|1.0",
                        "3|4|0.25|0.25|0.375|0.5|0.5",
                        "4|2|0.125|0.125|0.125|0.125|0.125");
        assertThat(
                        rows(
                                "SELECT pass, grids_running, residual_max FROM v_convergence WHERE run_id = 'open' ORDER BY pass"))
                .containsExactly("1|1|0.5", "2|1|0.25");
        assertThat(rows("SELECT pass, grids_running FROM v_convergence WHERE run_id = 'slow' ORDER BY pass"))
                .containsExactly("1|3", "2|3");
    }

    @Test
    void energyIsNullWhereNobodyMeasured() {
        assertThat(rows("SELECT run_id, cards, joules, joules_per_grid, power_watts_mean, power_watts_max"
                        + " FROM v_energy_per_grid WHERE run_id IN ('two', 'one', 'broken') ORDER BY run_id"))
                .containsExactly(
                        "broken|null|null|null|null|null", "one|null|null|null|null|null", "two|1|40.0|5.0|50.0|60.0");
    }

    @Test
    void modelErrors() {
        assertThat(rows(
                        "SELECT run_id, grids, grids_failed, grids_converged, grids_with_truth, round(model_error_mean, 4),"
                                + " model_error_min, round(model_error_q1, 4), round(model_error_median, 4),"
                                + " round(model_error_q3, 4), model_error_max, best_grid_id, worst_grid_id FROM v_model_error"
                                + " ORDER BY run_id"))
                .containsExactly(
                        "one|4|0|4|0|null|null|null|null|null|null|null|null",
                        "open|1|0|1|0|null|null|null|null|null|null|null|null",
                        "slow|4|1|3|3|0.5|0.5|0.5|0.5|0.5|0.5|0|0",
                        "two|8|0|8|8|0.25|0.1|0.175|0.25|0.325|0.4|0|3");
    }

    @Test
    void twoRunsSideBySide() {
        assertThat(rows("SELECT experiment_a = experiment_b, compute_units_a, compute_units_b, wall_ratio, speedup,"
                        + " grid_seconds_ratio, joules_per_grid_a, joules_per_grid_b, joules_ratio, model_error_ratio"
                        + " FROM v_compare WHERE run_a = 'one' AND run_b = 'two'"))
                .containsExactly("true|1|2|1.25|1.6|1.6666666666666667|null|5.0|null|null");
        assertThat(rows("SELECT round(model_error_ratio, 4) FROM v_compare WHERE run_a = 'two' AND run_b = 'slow'"))
                .containsExactly("2.0");
        assertThat(rows("SELECT count(*), count(DISTINCT run_a, run_b) FROM v_compare"))
                .containsExactly("20|20");
        assertThat(
                        rows(
                                "SELECT speedup FROM v_compare WHERE run_a = 'one' AND run_b IN ('broken', 'open') ORDER BY run_b"))
                .containsExactly("0.0", "null");
    }
}
