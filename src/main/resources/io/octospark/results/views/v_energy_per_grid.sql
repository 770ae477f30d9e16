-- The energy of a grid: one row per run. Figures are null if there was no sensor, because unmeasured energy is not 0.
-- joules is the energy of the cards in use, including programming and idle units of the same card, but not of the hosts.
-- power_watts_* is the power of one card, over the samples of all cards.
CREATE OR REPLACE TEMPORARY VIEW v_energy_per_grid AS
SELECT
    runs.run_id,
    runs.experiment,
    runs.backend,
    runs.grids_done,
    used.cards,
    used.joules,
    used.joules / nullif(runs.grids_done, 0) AS joules_per_grid,
    used.power_watts_mean,
    used.power_watts_max
FROM runs
LEFT JOIN (
    SELECT
        run_id,
        count(DISTINCT concat(host, ' ', device)) AS cards,
        sum(joules) AS joules,
        avg(power_watts) AS power_watts_mean,
        max(power_watts) AS power_watts_max
    FROM device_samples
    GROUP BY run_id
) AS used ON used.run_id = runs.run_id;
