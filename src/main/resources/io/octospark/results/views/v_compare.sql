-- Two runs side by side: one row for every pair of runs, in both orders.
-- WHERE experiment_a = experiment_b keeps the pairs of one experiment.
-- Ratios are b divided by a. speedup above 1 means that b did more grids per second; joules_ratio below 1 means that a grid
-- cost less energy in b. A ratio is null if one of the two runs lacks the figure.
CREATE OR REPLACE TEMPORARY VIEW v_compare AS
WITH figures AS (
    SELECT v_throughput.*, v_energy_per_grid.joules_per_grid, v_model_error.model_error_median
    FROM v_throughput
    LEFT JOIN v_energy_per_grid ON v_energy_per_grid.run_id = v_throughput.run_id
    LEFT JOIN v_model_error ON v_model_error.run_id = v_throughput.run_id
)
SELECT
    a.run_id AS run_a,
    b.run_id AS run_b,
    a.experiment AS experiment_a,
    b.experiment AS experiment_b,
    a.status AS status_a,
    b.status AS status_b,
    a.backend AS backend_a,
    b.backend AS backend_b,
    a.compute_units AS compute_units_a,
    b.compute_units AS compute_units_b,
    a.grids_done AS grids_done_a,
    b.grids_done AS grids_done_b,
    a.wall_seconds AS wall_seconds_a,
    b.wall_seconds AS wall_seconds_b,
    b.wall_seconds / nullif(a.wall_seconds, 0) AS wall_ratio,
    a.grids_per_second AS grids_per_second_a,
    b.grids_per_second AS grids_per_second_b,
    b.grids_per_second / nullif(a.grids_per_second, 0) AS speedup,
    a.grid_seconds_median AS grid_seconds_median_a,
    b.grid_seconds_median AS grid_seconds_median_b,
    b.grid_seconds_median / nullif(a.grid_seconds_median, 0) AS grid_seconds_ratio,
    a.joules_per_grid AS joules_per_grid_a,
    b.joules_per_grid AS joules_per_grid_b,
    b.joules_per_grid / nullif(a.joules_per_grid, 0) AS joules_ratio,
    a.model_error_median AS model_error_median_a,
    b.model_error_median AS model_error_median_b,
    b.model_error_median / nullif(a.model_error_median, 0) AS model_error_ratio
FROM figures AS a
JOIN figures AS b ON a.run_id <> b.run_id;
