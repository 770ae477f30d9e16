package io.octospark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.model.Grid;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Chooses the grids of a run that a report shows, the worst and the best ones, and writes them into its data. */
final class Gallery {
    /** Number of worst and of best grids. */
    private static final int MOST_OF_A_KIND = 4;

    /** Enough digits for a colour and for a value in a hover text. */
    private static final MathContext DIGITS = new MathContext(5);

    private final SparkSession spark;
    private final Dataset<Row> grids;
    private final RunConfiguration configuration;
    private final int cellBudget;

    /**
     * @param grids the grids of the run's first repeat
     * @param cellBudget cells that all pictures together may have
     */
    Gallery(SparkSession spark, Dataset<Row> grids, RunConfiguration configuration, int cellBudget) {
        this.spark = spark;
        this.grids = grids;
        this.configuration = configuration;
        this.cellBudget = cellBudget;
    }

    /** Writes the grids, worst first. */
    void write(ObjectNode target) {
        boolean byModel = grids.where("model_error IS NOT NULL").limit(1).count() > 0;
        String measure = byModel ? "model_error" : "residual";
        target.put("measure", measure);
        target.put("reason", configuration.reason());
        Dataset<Row> done = grids.where(
                        "status = 'done' AND %s IS NOT NULL AND NOT isnan(%s)".formatted(measure, measure))
                .select("grid_id", measure);
        int kinds = MOST_OF_A_KIND;
        int stride = 1;
        Optional<GridFrame> frame = configuration.frame();
        if (frame.isPresent()) {
            Grid grid = frame.get().grid();
            kinds = Math.max(1, Math.min(MOST_OF_A_KIND, cellBudget / (4 * grid.cells())));
            while (4L * kinds * shown(grid.nx(), stride) * shown(grid.nz(), stride) > cellBudget) {
                stride++;
            }
        }
        target.put("stride", stride);
        Map<Long, String> chosen = chosen(done, measure, kinds);
        target.put("all", done.limit(2 * kinds + 1).count() == chosen.size());
        ArrayNode list = target.putArray("grids");
        if (chosen.isEmpty()) {
            return;
        }
        Map<Long, StoredGrid> stored = read(chosen.keySet());
        Map<Long, Truth> models = configuration.models(spark, chosen.keySet());
        for (Map.Entry<Long, String> choice : chosen.entrySet()) {
            write(list.addObject(), stored.get(choice.getKey()), choice.getValue(), models, frame, stride);
        }
    }

    private static int shown(int cells, int stride) {
        return (cells + stride - 1) / stride;
    }

    /** Returns {@code worst} or {@code best} by number; where there are few grids, each occurs once. */
    private static Map<Long, String> chosen(Dataset<Row> done, String measure, int kinds) {
        Map<Long, String> chosen = new LinkedHashMap<>();
        done.orderBy(functions.desc(measure), functions.col("grid_id"))
                .limit(kinds)
                .collectAsList()
                .forEach(row -> chosen.put(row.<Long>getAs("grid_id"), "worst"));
        done.orderBy(measure, "grid_id")
                .limit(kinds)
                .collectAsList()
                .forEach(row -> chosen.putIfAbsent(row.<Long>getAs("grid_id"), "best"));
        return chosen;
    }

    private Map<Long, StoredGrid> read(Set<Long> gridIds) {
        Map<Long, StoredGrid> stored = new HashMap<>();
        grids.where(functions.col("grid_id").isin(gridIds.toArray()))
                .selectExpr(StoredGrid.columns())
                .collectAsList()
                .forEach(row -> stored.put(row.<Long>getAs("grid_id"), StoredGrid.of(row)));
        return stored;
    }

    private void write(
            ObjectNode target,
            StoredGrid grid,
            String kind,
            Map<Long, Truth> models,
            Optional<GridFrame> frame,
            int stride) {
        target.put("run_id", grid.runId());
        target.put("grid_id", grid.gridId());
        target.put("kind", kind);
        target.put("outcome", grid.outcome());
        target.put("model_error", grid.modelError().orElse(null));
        target.put("residual", grid.residual().orElse(null));
        Optional<String> obstacle = grid.obstacle(frame, configuration.reason());
        if (obstacle.isPresent()) {
            target.put("reason", obstacle.get());
            return;
        }
        double[] chi = grid.chi().orElseThrow();
        Truth truth = models.get(grid.gridId());
        target.put("reason", truth.reason());
        Grid cells = frame.get().grid();
        ObjectNode where = target.putObject("frame");
        where.put("nx", shown(cells.nx(), stride));
        where.put("nz", shown(cells.nz(), stride));
        where.put("left", cells.topLeft().x());
        where.put("top", cells.topLeft().z());
        where.put("width", cells.nx() * cells.cellWidth());
        where.put("height", cells.nz() * cells.cellHeight());
        where.put("c0", frame.get().backgroundVelocity());
        write(target.putArray("chi"), chi, cells, stride);
        truth.contrast().ifPresent(model -> write(target.putArray("model"), model, cells, stride));
    }

    private static void write(ArrayNode target, double[] values, Grid grid, int stride) {
        for (int iz = 0; iz < grid.nz(); iz += stride) {
            for (int ix = 0; ix < grid.nx(); ix += stride) {
                double value = values[iz * grid.nx() + ix];
                if (Double.isFinite(value)) {
                    target.add(new BigDecimal(value).round(DIGITS).doubleValue());
                } else {
                    target.addNull();
                }
            }
        }
    }
}
