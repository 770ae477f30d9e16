-- How the throughput of an experiment grows with the units: one row for each experiment, backend, number of units and number
-- of nodes, from complete runs.
-- Rates are grids divided by wall time: the median over the runs, and their spread.
-- speedup and efficiency compare with the runs on the fewest units (base_units, usually one unit). efficiency is the rate per
-- unit divided by the rate per unit of those runs, so 1 is perfect for both strong and weak scaling.
CREATE OR REPLACE TEMPORARY VIEW v_scaling AS
SELECT
    experiment,
    backend,
    compute_units,
    nodes,
    runs,
    grids_median,
    wall_seconds_median,
    grids_per_second_median,
    grids_per_second_min,
    grids_per_second_max,
    base_units,
    grids_per_second_median / base_rate AS speedup,
    grids_per_second_median / compute_units / (base_rate / base_units) AS efficiency
FROM (
    SELECT
        *,
        first_value(compute_units) OVER fewest AS base_units,
        first_value(grids_per_second_median) OVER fewest AS base_rate
    FROM (
        SELECT
            experiment,
            backend,
            compute_units,
            nodes,
            count(*) AS runs,
            median(grids_done) AS grids_median,
            median(wall_seconds) AS wall_seconds_median,
            median(grids_per_second) AS grids_per_second_median,
            min(grids_per_second) AS grids_per_second_min,
            max(grids_per_second) AS grids_per_second_max
        FROM v_throughput
        WHERE status = 'complete' AND grids_per_second > 0 AND compute_units > 0
        GROUP BY experiment, backend, compute_units, nodes
    ) AS sizes
    WINDOW fewest AS (PARTITION BY experiment, backend ORDER BY compute_units, nodes)
) AS compared;
