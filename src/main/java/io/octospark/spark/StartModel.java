package io.octospark.spark;

import io.octospark.config.Experiment;
import io.octospark.data.GridFile;
import io.octospark.data.GridReader;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.model.StartSettings;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.spark.sql.SparkSession;

/**
 * The model that all non-linear inversions of a run start from.
 *
 * @param grid its numbers; null for the background
 * @param kind what they are
 */
public record StartModel(DataGrid grid, DataKind kind) implements Serializable {
    private static final String KEY = "inversion.start.data";

    /**
     * Reads the experiment's.
     *
     * @throws InvalidInputException if there is none, or it does not fit the experiment
     */
    public static StartModel read(SparkSession spark, Experiment experiment) {
        StartSettings settings = experiment.start();
        if (settings == null) {
            return new StartModel(null, null);
        }
        String data = settings.data();
        GridFile file =
                GridSource.file(spark, data, settings.dataKind(), experiment.problem(), KEY + " in the experiment");
        if (file.grids() != 1) {
            throw new InvalidInputException(
                    ErrorCode.DATA_SIZE,
                    "%s: has %d grids, but the inversions of all grids start from one".formatted(data, file.grids()),
                    "give %s a data set of one grid".formatted(KEY));
        }
        DataGrid grid;
        try (GridReader reader = file.slice(0, 1).open(spark.sparkContext().hadoopConfiguration())) {
            grid = reader.next();
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE,
                    data + ": can't be read: " + Messages.cause(e),
                    "check " + KEY + " in the experiment");
        }
        grid.problem(settings.dataKind()).ifPresent(problem -> {
            throw new InvalidInputException(
                    ErrorCode.DATA_VALUE, data + ": " + problem, "correct the data set of " + KEY);
        });
        return new StartModel(grid, settings.dataKind());
    }

    /** The contrast to start from in a problem, over whose background it is. */
    double[] contrast(InversionProblem problem) {
        return grid == null
                ? new double[problem.grid().cells()]
                : grid.contrast(kind, problem.survey().backgroundVelocity());
    }
}
