package io.octospark.report;

import io.octospark.config.Experiment;
import io.octospark.data.DataFiles;
import io.octospark.data.GridFile;
import io.octospark.data.GridReader;
import io.octospark.data.NpyGridFile;
import io.octospark.data.TextGridFile;
import io.octospark.error.Messages;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Reads the models that a run has reconstructed from its data set: the result tables do not hold them. */
final class TrueModels {
    private final SparkSession spark;
    private final Experiment experiment;

    TrueModels(SparkSession spark, Experiment experiment) {
        this.spark = spark;
        this.experiment = experiment;
    }

    /** Returns the models of some grids by number. If the data set can't be opened any more, all say why. */
    Map<Long, Truth> of(Collection<Long> gridIds) {
        Map<Long, Truth> models = new HashMap<>();
        if (experiment.dataKind() == DataKind.PRESSURE) {
            return all(gridIds, "the model is not known: the data are measured pressures");
        }
        try {
            Map<Long, double[]> values = isParquet() ? ofParquet(gridIds) : ofFile(gridIds);
            for (long gridId : gridIds) {
                DataGrid grid = new DataGrid(gridId, values.get(gridId));
                double[] chi = grid.contrast(
                        experiment.dataKind(), experiment.problem().survey().backgroundVelocity());
                int cells = experiment.problem().grid().cells();
                models.put(
                        gridId,
                        chi.length == cells
                                ? Truth.of(chi)
                                : Truth.unknown(
                                        "the model is not known: the data set's grids have %d cells now, the run's %d"
                                                .formatted(chi.length, cells)));
            }
            return models;
        } catch (Exception e) {
            // The file is gone, was changed, or is on another host: Hadoop and Spark have many ways to say so.
            return all(
                    gridIds,
                    "the model is not known: the data set " + experiment.data() + " can't be read any more: "
                            + Messages.cause(e));
        }
    }

    private static Map<Long, Truth> all(Collection<Long> gridIds, String reason) {
        Map<Long, Truth> models = new HashMap<>();
        gridIds.forEach(gridId -> models.put(gridId, Truth.unknown(reason)));
        return models;
    }

    private boolean isParquet() {
        String name = experiment.data().toLowerCase(Locale.ROOT);
        return !name.endsWith(".txt") && !name.endsWith(".npy");
    }

    private Map<Long, double[]> ofFile(Collection<Long> gridIds) throws Exception {
        Path path = new Path(experiment.data());
        Grid grid = experiment.problem().grid();
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        GridFile file = path.getName().toLowerCase(Locale.ROOT).endsWith(".txt")
                ? TextGridFile.open(path, grid.cells(), configuration)
                : NpyGridFile.open(path, grid, configuration);
        Map<Long, double[]> values = new HashMap<>();
        for (long gridId : gridIds) {
            try (GridReader reader = file.slice(gridId % file.grids(), 1).open(configuration)) {
                values.put(gridId, reader.next().values());
            }
        }
        return values;
    }

    private Map<Long, double[]> ofParquet(Collection<Long> gridIds) throws IOException {
        Path path = new Path(experiment.data());
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        if (!path.getFileSystem(configuration).getFileStatus(path).isDirectory()) {
            DataFiles.status(path, configuration);
        }
        String column = experiment.dataKind() == DataKind.CONTRAST ? "chi" : "velocity";
        Dataset<Row> rows = spark.read().parquet(experiment.data());
        long grids = rows.count();
        List<Long> inFile =
                gridIds.stream().map(gridId -> gridId % grids).distinct().toList();
        Map<Long, double[]> found = new HashMap<>();
        for (Row row : rows.selectExpr("CAST(grid_id AS bigint)", "CAST(" + column + " AS array<double>)")
                .where(functions.col("grid_id").isin(inFile.toArray()))
                .collectAsList()) {
            found.put(
                    row.getLong(0),
                    row.<Double>getList(1).stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray());
        }
        Map<Long, double[]> values = new HashMap<>();
        gridIds.forEach(gridId -> values.put(gridId, found.get(gridId % grids)));
        return values;
    }
}
