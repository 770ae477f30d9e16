-- How the misfit falls: one row for each run and pass, from 1, over the grids that had not ended before that pass.
-- Failed grids are left out; each repeat of a grid counts. grids_running falls from pass to pass as grids end, so the
-- quartiles cover only the grids that needed that many passes.
CREATE OR REPLACE TEMPORARY VIEW v_convergence AS
SELECT
    run_id,
    pass,
    count(*) AS grids_running,
    min(residual) AS residual_min,
    percentile_cont(0.25) WITHIN GROUP (ORDER BY residual) AS residual_q1,
    median(residual) AS residual_median,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY residual) AS residual_q3,
    max(residual) AS residual_max
FROM (
    SELECT run_id, pass, element_at(residual_history, pass) AS residual
    FROM (
        SELECT run_id, residual_history, explode(sequence(1, iterations)) AS pass
        FROM grids
        WHERE status = 'done' AND iterations > 0
    ) AS passes
) AS misfits
GROUP BY run_id, pass;
