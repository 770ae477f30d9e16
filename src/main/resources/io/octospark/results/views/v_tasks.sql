-- The result of each task: one row for each run, repeat and partition.
-- The columns are those of units, plus the number of grids that failed (grids_failed) and that did not (grids_done).
CREATE OR REPLACE TEMPORARY VIEW v_tasks AS
SELECT
    units.*,
    coalesce(failed.grids, 0) AS grids_failed,
    units.grids - coalesce(failed.grids, 0) AS grids_done
FROM units
-- Failures are counted, not successes: imported runs have no rows in grids.
LEFT JOIN (
    SELECT run_id, repeat, partition_id, count(*) AS grids
    FROM grids
    WHERE status = 'failed'
    GROUP BY run_id, repeat, partition_id
) AS failed
    ON failed.run_id = units.run_id
    AND failed.repeat = units.repeat
    AND failed.partition_id = units.partition_id;
