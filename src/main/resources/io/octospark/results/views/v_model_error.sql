-- How well the models were found: one row for each run that has rows in grids, over all repeats.
-- The error is ||chi - true chi|| / ||true chi|| of the grids whose truth is known (grids_with_truth). All error columns are
-- null for measured data. best_grid_id and worst_grid_id name the grids with the smallest and the largest error; if several
-- grids share it, the first one.
CREATE OR REPLACE TEMPORARY VIEW v_model_error AS
SELECT
    found.run_id,
    runs.experiment,
    found.grids,
    found.grids_failed,
    found.grids_converged,
    found.grids_with_truth,
    found.model_error_mean,
    found.model_error_min,
    found.model_error_q1,
    found.model_error_median,
    found.model_error_q3,
    found.model_error_max,
    found.best_grid_id,
    found.worst_grid_id
FROM (
    SELECT
        grids.run_id,
        count(*) AS grids,
        count(*) FILTER (WHERE status = 'failed') AS grids_failed,
        count(*) FILTER (WHERE converged) AS grids_converged,
        count(model_error) AS grids_with_truth,
        avg(model_error) AS model_error_mean,
        min(model_error) AS model_error_min,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY model_error) AS model_error_q1,
        median(model_error) AS model_error_median,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY model_error) AS model_error_q3,
        max(model_error) AS model_error_max,
        min(CASE WHEN model_error = best THEN grid_id END) AS best_grid_id,
        min(CASE WHEN model_error = worst THEN grid_id END) AS worst_grid_id
    FROM grids
    JOIN (
        SELECT run_id, min(model_error) AS best, max(model_error) AS worst
        FROM grids
        GROUP BY run_id
    ) AS bounds ON bounds.run_id = grids.run_id
    GROUP BY grids.run_id
) AS found
LEFT JOIN runs ON runs.run_id = found.run_id;
