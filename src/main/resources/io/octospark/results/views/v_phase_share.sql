-- How the units spent their time: one row for each run, unit and phase, over all repeats and partitions.
-- share is relative to the seconds of all phases of the unit. With several grids in flight, phases overlap, so their seconds
-- may add up to more than unit_seconds.
-- unit_seconds is the time of all tasks of the unit, including tasks without the phase.
-- id is null if the table units lacks the partition.
CREATE OR REPLACE TEMPORARY VIEW v_phase_share AS
SELECT
    phases.run_id,
    phases.id,
    phases.phase,
    phases.seconds,
    phases.seconds / nullif(sum(phases.seconds) OVER (PARTITION BY phases.run_id, phases.id), 0) AS share,
    of_unit.unit_seconds,
    phases.calls,
    phases.bytes
FROM (
    SELECT
        timings.run_id,
        units.id,
        timings.phase,
        sum(timings.total_ns) / 1e9 AS seconds,
        sum(timings.calls) AS calls,
        sum(timings.bytes) AS bytes
    FROM timings
    LEFT JOIN units
        ON units.run_id = timings.run_id
        AND units.repeat = timings.repeat
        AND units.partition_id = timings.partition_id
    GROUP BY timings.run_id, units.id, timings.phase
) AS phases
LEFT JOIN (
    SELECT run_id, id, sum(time_seconds) AS unit_seconds
    FROM units
    GROUP BY run_id, id
) AS of_unit
    ON of_unit.run_id = phases.run_id
    AND of_unit.id = phases.id;
