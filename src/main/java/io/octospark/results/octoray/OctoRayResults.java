package io.octospark.results.octoray;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.octospark.compute.Phase;
import io.octospark.config.Json;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.error.Problem;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultTable;
import io.octospark.results.RunRecord;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Converts runs to files of OctoRay's results, and such files to runs. */
public final class OctoRayResults {
    /** The backend of runs that were read from files. */
    public static final String BACKEND = "octoray";

    /** Key for the grid points of a grid, in the configuration of runs that were read from files. */
    private static final String CELLS = "cells";

    private final ResultStore store;

    public OctoRayResults(ResultStore store) {
        this.store = store;
    }

    /** Name of a file. The repeats of all runs with the same name are in one file. */
    private record Name(int nodes, long points, int unitsPerNode) {}

    /**
     * The files of runs: every repeat of a run is one in its file.
     *
     * @throws InvalidInputException if one has no such form
     */
    public List<OctoRayFile> files(List<String> runIds) {
        store.requireRuns(runIds);
        Map<Name, List<OctoRayFile.Repeat>> files = new LinkedHashMap<>();
        for (String runId : runIds) {
            Row run = store.rows(ResultTable.RUNS, runId)
                    .orderBy(functions.col("ended_at").desc_nulls_last())
                    .first();
            List<Row> units = store.rows(ResultTable.UNITS, runId)
                    .orderBy("repeat", "id", "partition_id")
                    .collectAsList();
            files.computeIfAbsent(name(run, units), name -> new ArrayList<>()).addAll(repeats(run, units));
        }
        return files.entrySet().stream()
                .map(file -> new OctoRayFile(
                        file.getKey().nodes(),
                        file.getKey().points(),
                        file.getKey().unitsPerNode(),
                        file.getValue()))
                .toList();
    }

    private static Name name(Row run, List<Row> units) {
        String runId = run.getAs(ResultTable.RUN_ID);
        Integer nodes = run.getAs("nodes");
        int computeUnits = run.<Integer>getAs("compute_units");
        if (nodes == null || units.isEmpty()) {
            throw new InvalidInputException(
                    ErrorCode.RUN_NOT_EXPORTABLE,
                    "run " + runId + ": no repeat of it has ended",
                    "export runs that have");
        }
        long repeats = units.stream()
                .map(unit -> unit.<Integer>getAs("repeat"))
                .distinct()
                .count();
        long points =
                units.stream().mapToLong(unit -> unit.<Long>getAs("grids")).sum() / repeats * cells(run);
        if (computeUnits % nodes != 0 || points % nodes != 0) {
            throw new InvalidInputException(
                    ErrorCode.RUN_NOT_EXPORTABLE,
                    "run %s: %d units and %d grid points on %d nodes".formatted(runId, computeUnits, points, nodes),
                    "the format has room for equal nodes only");
        }
        return new Name(nodes, points / nodes, computeUnits / nodes);
    }

    /** Returns the number of grid points of a grid. */
    private static long cells(Row run) {
        try {
            String config = run.getAs("config_json");
            JsonNode root = Json.PLAIN.readTree(config == null ? "{}" : config);
            JsonNode grid = root.at("/fwi/ngrid");
            long cells = root.path(CELLS)
                    .asLong(grid.path("x").asLong() * grid.path("z").asLong());
            if (cells > 0) {
                return cells;
            }
        } catch (JsonProcessingException e) {
            // The same as a configuration without the number.
        }
        throw new InvalidInputException(
                ErrorCode.RUN_NOT_EXPORTABLE,
                "run %s: its config_json does not say how large its grids are"
                        .formatted(run.<String>getAs(ResultTable.RUN_ID)),
                "export other runs");
    }

    private static List<OctoRayFile.Repeat> repeats(Row run, List<Row> units) {
        Map<Integer, List<Row>> byRepeat = units.stream()
                .collect(Collectors.groupingBy(
                        unit -> unit.<Integer>getAs("repeat"), TreeMap::new, Collectors.toList()));
        List<OctoRayFile.Repeat> repeats = new ArrayList<>();
        Timestamp start = run.getAs("started_at");
        for (List<Row> ofRepeat : byRepeat.values()) {
            double wallSeconds = run.<Double>getAs("wall_seconds");
            if (byRepeat.size() > 1) {
                Timestamp end = ofRepeat.stream()
                        .map(OctoRayResults::end)
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
                wallSeconds = (end.getTime() - start.getTime()) / 1e3;
                start = end;
            }
            repeats.add(new OctoRayFile.Repeat(units(ofRepeat), wallSeconds));
        }
        return repeats;
    }

    private static Timestamp end(Row unit) {
        Timestamp start = unit.getAs("started_at");
        if (start == null) {
            throw new InvalidInputException(
                    ErrorCode.RUN_NOT_EXPORTABLE,
                    "run %s: it was written before units said when they started, so the wall time of its repeats is not"
                                    .formatted(unit.<String>getAs(ResultTable.RUN_ID))
                            + " known",
                    "export runs of one repeat, or newer ones");
        }
        return Timestamp.from(start.toInstant().plusNanos(Math.round(unit.<Double>getAs("time_seconds") * 1e9)));
    }

    /** A unit may have had several partitions. */
    private static List<OctoRayFile.Unit> units(List<Row> rows) {
        Map<Integer, OctoRayFile.Unit> units = new TreeMap<>();
        for (Row row : rows) {
            OctoRayFile.Unit part = new OctoRayFile.Unit(
                    row.<Integer>getAs("id"),
                    row.<Integer>getAs("cu"),
                    row.<Double>getAs("dot_seconds"),
                    row.<Double>getAs("upd_seconds"),
                    row.<Double>getAs("time_seconds"));
            units.merge(
                    part.id(),
                    part,
                    (a, b) -> new OctoRayFile.Unit(
                            a.id(),
                            a.cu(),
                            a.dotSeconds() + b.dotSeconds(),
                            a.updSeconds() + b.updSeconds(),
                            a.timeSeconds() + b.timeSeconds()));
        }
        return List.copyOf(units.values());
    }

    /**
     * Adds files to the tables: a run for each of their repeats, {@code EXPERIMENT-NODES_POINTS_CUS-N}.
     *
     * @param experiment name of the experiment of these runs
     * @param cells grid points of a grid, which the files do not say
     * @return the runs
     * @throws InvalidInputException if the points of one are no whole grids for each unit, or its runs are there already;
     *     nothing is added then
     */
    public List<String> add(List<OctoRayFile> files, String experiment, long cells) {
        List<Problem> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (OctoRayFile file : files) {
            if (file.points() % (file.unitsPerNode() * cells) != 0) {
                problems.add(new Problem(
                        ErrorCode.DATA_SIZE,
                        "%s: %s on %s are no whole grids of %d"
                                .formatted(
                                        file.fileName(),
                                        Messages.count(file.points(), "grid point"),
                                        Messages.count(file.unitsPerNode(), "unit"),
                                        cells),
                        "correct --cells, the grid points of one grid"));
            }
            // Units are written first, so they tell even of an import that was interrupted.
            if (!names.add(file.fileName())
                    || !store.rows(ResultTable.UNITS, runId(experiment, file, 0))
                            .isEmpty()) {
                problems.add(new Problem(
                        ErrorCode.RUN_IMPORTED_ALREADY,
                        "%s: its run %s is in the tables already, or it is named twice"
                                .formatted(file.fileName(), runId(experiment, file, 0)),
                        "name another --experiment"));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
        store.requireWritable();
        return files.stream()
                .flatMap(file -> add(file, experiment, cells).stream())
                .toList();
    }

    private static String runId(String experiment, OctoRayFile file, int repeat) {
        return "%s-%d_%d_%d-%d".formatted(experiment, file.nodes(), file.points(), file.unitsPerNode(), repeat);
    }

    private List<String> add(OctoRayFile file, String experiment, long cells) {
        long gridsPerUnit = file.points() / file.unitsPerNode() / cells;
        String config = Json.PLAIN
                .createObjectNode()
                .put("imported_from", file.fileName())
                .put(CELLS, cells)
                .toString();
        List<String> runIds = new ArrayList<>();
        for (OctoRayFile.Repeat repeat : file.repeats()) {
            String runId = runId(experiment, file, runIds.size());
            runIds.add(runId);
            long grids = gridsPerUnit * repeat.units().size();
            store.append(
                    ResultTable.UNITS,
                    runId,
                    repeat.units().stream()
                            .map(unit -> unitRow(unit, gridsPerUnit))
                            .toList());
            store.append(
                    ResultTable.TIMINGS,
                    runId,
                    repeat.units().stream()
                            .flatMap(unit -> List.of(
                                    timingRow(unit, Phase.DOTPROD, unit.dotSeconds()),
                                    timingRow(unit, Phase.UPDATE, unit.updSeconds()))
                                    .stream())
                            .toList());
            // Last: a run whose row is there is complete.
            store.append(
                    ResultTable.RUNS,
                    runId,
                    List.of(ResultTable.RUNS
                            .row()
                            .set("experiment", experiment)
                            .set("status", RunRecord.Status.COMPLETE.key())
                            .set("wall_seconds", repeat.wallSeconds())
                            .set("backend", BACKEND)
                            .set("nodes", file.nodes())
                            .set("compute_units", repeat.units().size())
                            .set("grids_expected", grids)
                            .set("grids_done", grids)
                            .set("config_json", config)
                            .set("schema_version", ResultTable.SCHEMA_VERSION)
                            .build()));
        }
        return runIds;
    }

    private static Row unitRow(OctoRayFile.Unit unit, long grids) {
        return ResultTable.UNITS
                .row()
                .set("repeat", 0)
                .set("partition_id", unit.id() - 1)
                .set("id", unit.id())
                .set("cu", unit.cu())
                .set("backend", BACKEND)
                .set("attempt", 0)
                .set("grids", grids)
                .set("dot_seconds", unit.dotSeconds())
                .set("upd_seconds", unit.updSeconds())
                .set("time_seconds", unit.timeSeconds())
                .build();
    }

    private static Row timingRow(OctoRayFile.Unit unit, Phase phase, double seconds) {
        return ResultTable.TIMINGS
                .row()
                .set("repeat", 0)
                .set("partition_id", unit.id() - 1)
                .set("phase", phase.key())
                .set("total_ns", Math.round(seconds * 1e9))
                .build();
    }
}
