-- Which units waited, and when: one row for each run, repeat and partition, with the time of its task.
-- start_seconds and end_seconds count from the start of the run.
-- times_median is the task's time divided by the median of its repeat.
-- idle_after_seconds is the time from the end of the task to the next task of the same unit in the repeat. Without a next
-- task, it is the time until the last task of the repeat ended.
-- driver_gap_seconds is the time just before the start of the task in which no unit of the run worked.
-- driver_gap_after_seconds is the time until the end of the run, in the row of the task that ended last.
-- The sum of both gaps over a run is the total time that the driver kept every unit waiting.
-- The row shows the attempt that succeeded; time lost to earlier attempts (attempt counts from 0) shows as a gap.
-- Times are null for runs of schema version 2 and older, which did not store the start.
-- Clocks of different hosts are assumed to be equal.
CREATE OR REPLACE TEMPORARY VIEW v_stragglers AS
SELECT
    run_id,
    repeat,
    partition_id,
    id,
    cu,
    host,
    device,
    executor_id,
    attempt,
    grids,
    started_at,
    start_seconds,
    end_seconds,
    time_seconds,
    time_seconds / nullif(median_seconds, 0) AS times_median,
    coalesce(next_start, last_end_of_repeat) - end_seconds AS idle_after_seconds,
    -- Not greatest(), because it ignores null.
    CASE WHEN start_seconds < busy_until THEN 0 ELSE start_seconds - busy_until END AS driver_gap_seconds,
    CASE WHEN place_from_end = 1 THEN CASE WHEN wall_seconds < end_seconds THEN 0 ELSE wall_seconds - end_seconds END END
        AS driver_gap_after_seconds
FROM (
    SELECT
        tasks.*,
        median(time_seconds) OVER (PARTITION BY run_id, repeat) AS median_seconds,
        max(end_seconds) OVER (PARTITION BY run_id, repeat) AS last_end_of_repeat,
        lead(start_seconds) OVER (PARTITION BY run_id, repeat, id ORDER BY start_seconds, partition_id) AS next_start,
        coalesce(max(end_seconds) OVER (
            PARTITION BY run_id ORDER BY start_seconds, repeat, partition_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS busy_until,
        row_number() OVER (PARTITION BY run_id ORDER BY end_seconds DESC, repeat DESC, partition_id) AS place_from_end
    FROM (
        SELECT
            units.*,
            runs.wall_seconds,
            (unix_micros(units.started_at) - unix_micros(runs.started_at)) / 1e6 AS start_seconds,
            (unix_micros(units.started_at) - unix_micros(runs.started_at)) / 1e6 + units.time_seconds AS end_seconds
        FROM units
        LEFT JOIN runs ON runs.run_id = units.run_id
    ) AS tasks
) AS placed;
