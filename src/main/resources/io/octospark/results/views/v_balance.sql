-- How evenly the work was spread: one row for each run and unit, over all repeats.
-- host, device and cu are those of the last task, because another unit may have replaced one that failed.
-- retries counts the attempts before the one that succeeded.
-- times_mean is the unit's time divided by the mean of all units of the run. The largest value shows how much longer the run
-- took than with evenly spread work.
-- grids are the computed ones, including failed ones; grids_per_second counts grids_done only.
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
        run_id,
        id,
        max_by(host, (repeat, partition_id)) AS host,
        max_by(device, (repeat, partition_id)) AS device,
        max_by(cu, (repeat, partition_id)) AS cu,
        count(*) AS tasks,
        sum(attempt) AS retries,
        sum(grids) AS grids,
        sum(grids_done) AS grids_done,
        sum(time_seconds) AS time_seconds,
        sum(dot_seconds) AS dot_seconds,
        sum(upd_seconds) AS upd_seconds,
        sum(host_seconds) AS host_seconds,
        sum(busy_share * time_seconds)
            / nullif(sum(CASE WHEN busy_share IS NOT NULL THEN time_seconds END), 0) AS busy_share
    FROM v_tasks
    GROUP BY run_id, id
) AS work;
