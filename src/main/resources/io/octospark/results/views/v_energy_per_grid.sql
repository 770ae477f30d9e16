-- What a grid costs: a row a run. All is null where no sensor was there: an energy that nobody measured is not 0.
-- joules are of the cards in use, programming and idle units of the same card included, hosts not. power_watts_* are of one
-- card, over the samples of all.
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
