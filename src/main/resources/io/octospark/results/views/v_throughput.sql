-- How fast each run was: one row per run.
-- grids_per_second is grids done divided by the wall time of the run; it is null until the run has ended.
-- unit_grids_per_second_* are the rates of single units in single repeats, grids done divided by the time of their tasks:
-- the median and the spread.
-- A grid that failed and was done when the run was resumed does not count as failed.
-- grid_seconds_* cover the grids done. Bytes are those moved to and from cards; they are null if nothing was moved.
CREATE OR REPLACE TEMPORARY VIEW v_throughput AS
SELECT
    runs.run_id,
    runs.experiment,
    runs.status,
    runs.started_at,
    runs.backend,
    runs.nodes,
    runs.compute_units,
    runs.grids_expected,
    runs.grids_done,
    least(coalesce(computed.failed, 0), greatest(runs.grids_expected - runs.grids_done, 0)) AS grids_failed,
    runs.wall_seconds,
    runs.grids_done / nullif(runs.wall_seconds, 0) AS grids_per_second,
    used.unit_seconds,
    used.rate_median AS unit_grids_per_second_median,
    used.rate_min AS unit_grids_per_second_min,
    used.rate_max AS unit_grids_per_second_max,
    computed.seconds_median AS grid_seconds_median,
    computed.seconds_q1 AS grid_seconds_q1,
    computed.seconds_q3 AS grid_seconds_q3,
    used.gb_moved,
    used.gb_moved / nullif(runs.wall_seconds, 0) AS gb_per_second
FROM runs
LEFT JOIN (
    SELECT
        run_id,
        sum(time_seconds) AS unit_seconds,
        median(grids_done / nullif(time_seconds, 0)) AS rate_median,
        min(grids_done / nullif(time_seconds, 0)) AS rate_min,
        max(grids_done / nullif(time_seconds, 0)) AS rate_max,
        nullif(sum(h2d_bytes + d2h_bytes), 0) / 1e9 AS gb_moved
    FROM (
        -- A unit may have had several partitions in a repeat.
        SELECT
            run_id,
            repeat,
            id,
            sum(grids_done) AS grids_done,
            sum(time_seconds) AS time_seconds,
            sum(h2d_bytes) AS h2d_bytes,
            sum(d2h_bytes) AS d2h_bytes
        FROM v_tasks
        GROUP BY run_id, repeat, id
    ) AS of_repeat
    GROUP BY run_id
) AS used ON used.run_id = runs.run_id
LEFT JOIN (
    SELECT
        run_id,
        count(*) FILTER (WHERE status = 'failed') AS failed,
        median(seconds) FILTER (WHERE status = 'done') AS seconds_median,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY CASE WHEN status = 'done' THEN seconds END) AS seconds_q1,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY CASE WHEN status = 'done' THEN seconds END) AS seconds_q3
    FROM grids
    GROUP BY run_id
) AS computed ON computed.run_id = runs.run_id;
