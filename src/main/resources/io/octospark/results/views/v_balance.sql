-- How evenly the work was spread: a row for each run and unit, over all repeats.
-- host, device and cu are those of the last task: another unit may have taken the place of one that failed. attempts
-- before the one that succeeded are counted in retries. times_mean is the unit's time by the mean of all units of the run:
-- the largest says how much longer the run took than with evenly spread work. grids are those computed, the failed ones
-- included; grids_per_second counts grids_done only.
CREATE OR REPLACE TEMPORARY VIEW v_balance AS
SELECT
    run_id,
    id,
    host,
    device,
    cu,
    tasks,
    retries,
    grids,
    grids_done,
    grids / nullif(sum(grids) OVER (PARTITION BY run_id), 0) AS share_of_grids,
    time_seconds,
    time_seconds / nullif(avg(time_seconds) OVER (PARTITION BY run_id), 0) AS times_mean,
    grids_done / nullif(time_seconds, 0) AS grids_per_second,
    dot_seconds,
    upd_seconds,
    host_seconds,
    busy_share
FROM (
    SELECT
        units.run_id,
        units.id,
        max_by(units.host, units.repeat * CAST(1000000 AS bigint) + units.partition_id) AS host,
        max_by(units.device, units.repeat * CAST(1000000 AS bigint) + units.partition_id) AS device,
        max_by(units.cu, units.repeat * CAST(1000000 AS bigint) + units.partition_id) AS cu,
        count(*) AS tasks,
        sum(units.attempt) AS retries,
        sum(units.grids) AS grids,
        sum(units.grids - coalesce(failed.grids, 0)) AS grids_done,
        sum(units.time_seconds) AS time_seconds,
        sum(units.dot_seconds) AS dot_seconds,
        sum(units.upd_seconds) AS upd_seconds,
        sum(units.host_seconds) AS host_seconds,
        sum(units.busy_share * units.time_seconds)
            / nullif(sum(CASE WHEN units.busy_share IS NOT NULL THEN units.time_seconds END), 0) AS busy_share
    FROM units
    -- Failures are counted, as imported runs have no rows in grids.
    LEFT JOIN (
        SELECT run_id, repeat, partition_id, count(*) AS grids
        FROM grids
        WHERE status = 'failed'
        GROUP BY run_id, repeat, partition_id
    ) AS failed
        ON failed.run_id = units.run_id
        AND failed.repeat = units.repeat
        AND failed.partition_id = units.partition_id
    GROUP BY units.run_id, units.id
) AS work;
