package io.octospark.spark;

import io.octospark.config.Experiment;
import io.octospark.data.GridFile;
import io.octospark.data.GridWriter;
import io.octospark.data.NpyWriter;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.ForwardModelSettings;
import io.octospark.model.InversionProblem;
import io.octospark.model.SyntheticSettings;
import io.octospark.physics.ForwardModelException;
import io.octospark.physics.forward.ForwardModels;
import io.octospark.placement.Placement;
import io.octospark.reconstruct.SyntheticData;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/** Makes the data that a survey would measure of models: for tests and trials, in the place of measured data. */
public final class PressureGrids {
    private PressureGrids() {}

    /**
     * Writes the pressures of all grids of an experiment's data set. Those of a grid depend on its model, its number, the
     * noise and the seed only.
     *
     * @param noise root mean square of the white noise to add, relative to that of the grid's data
     * @param target {@code .npy} or {@code .parquet}
     * @return the number of grids
     * @throws InvalidInputException if the data set can't be used, or the target exists
     */
    public static long write(SparkSession spark, Experiment experiment, double noise, long seed, String target)
            throws IOException {
        InversionProblem problem = experiment.problem();
        GridFile source = DataSets.open(spark, experiment);
        int partitions = (int) Math.min(source.grids(), spark.sparkContext().defaultParallelism());
        JavaRDD<DataGrid> models = GridRdd.of(
                spark,
                source,
                GridRdd.configuration(spark),
                Placement.onEqualUnits(problem, partitions, source.grids()));
        DataKind kind = experiment.dataKind();
        List<String> faults =
                models.flatMap(grid -> grid.problem(kind).stream().iterator()).take(1);
        if (!faults.isEmpty()) {
            throw new InvalidInputException(
                    ErrorCode.DATA_VALUE, experiment.data() + ": " + faults.get(0), "correct the data set");
        }
        Measurement measurement = new Measurement(problem, kind, noise, seed);
        JavaRDD<DataGrid> pressures = models.map(measurement::of);
        if (target.endsWith(".parquet")) {
            ParquetGrids.write(spark, target, DataKind.PRESSURE, pressures);
        } else {
            try (GridWriter writer = npyWriter(spark, target, problem, source.grids())) {
                Iterator<DataGrid> grids = pressures.toLocalIterator();
                while (grids.hasNext()) {
                    writer.write(grids.next().values());
                }
            }
        }
        return source.grids();
    }

    private static GridWriter npyWriter(SparkSession spark, String target, InversionProblem problem, long grids) {
        try {
            return new NpyWriter(
                    new Path(target),
                    problem.survey(),
                    grids,
                    spark.sparkContext().hadoopConfiguration());
        } catch (IllegalArgumentException | IOException e) {
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_NOT_WRITABLE,
                    target + ": can't be written: " + Messages.cause(e),
                    "correct the path");
        }
    }

    /** Makes the pressures of a grid of its model, by the experiment's forward model for data. */
    public record Measurement(InversionProblem problem, DataKind kind, double noise, long seed)
            implements Serializable {
        public DataGrid of(DataGrid grid) {
            double[] chi = grid.contrast(kind, problem.survey().backgroundVelocity());
            ForwardModelSettings model = problem.synthetic() == null
                    ? problem.forwardModel()
                    : problem.synthetic().forwardModel();
            SyntheticData synthetic = new SyntheticData(
                    problem,
                    new SyntheticSettings(model, noise, seed),
                    ForwardModels.of(problem.grid(), problem.survey(), model));
            try {
                return DataGrid.ofPressure(grid.id(), synthetic.of(chi, grid.id()));
            } catch (ForwardModelException e) {
                throw new InvalidInputException(
                        ErrorCode.DATA_NOT_MADE,
                        "grid %d: the forward model can't make its data: %s".formatted(grid.id(), e.getMessage()),
                        "correct it");
            }
        }
    }
}
