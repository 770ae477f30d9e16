-- What the units spent their time on: a row for each run, unit and phase, over all repeats and partitions.
-- share is of the seconds of all phases of the unit. With several grids in flight phases overlap, so their seconds may add
-- up to more than unit_seconds, the time of the unit's tasks. id is null where the table units lacks the partition.
CREATE OR REPLACE TEMPORARY VIEW v_phase_share AS
SELECT
    run_id,
    id,
    phase,
    seconds,
    seconds / nullif(sum(seconds) OVER (PARTITION BY run_id, id), 0) AS share,
    unit_seconds,
    calls,
    bytes
FROM (
    SELECT
        timings.run_id,
        units.id,
        timings.phase,
        sum(timings.total_ns) / 1e9 AS seconds,
        sum(units.time_seconds) AS unit_seconds,
        sum(timings.calls) AS calls,
        sum(timings.bytes) AS bytes
    FROM timings
    LEFT JOIN units
        ON units.run_id = timings.run_id
        AND units.repeat = timings.repeat
        AND units.partition_id = timings.partition_id
    GROUP BY timings.run_id, units.id, timings.phase
) AS phases;
