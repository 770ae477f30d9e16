package io.octospark.reconstruct;

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
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * The model that all non-linear inversions of a run start from.
 *
 * @param grid its numbers; none for the background
 * @param kind what they are
 */
public record StartModel(List<DataGrid> grid, DataKind kind) implements Serializable {
    /** Key of the experiment that names the model's data set. */
    public static final String KEY = "inversion.start.data";

    /** The background: a contrast of zero everywhere. */
    public static final StartModel BACKGROUND = new StartModel(List.of(), DataKind.CONTRAST);

    /**
     * Reads the model.
     *
     * @throws InvalidInputException if the data set holds anything but one grid of sound numbers
     */
    public static StartModel read(GridFile file, StartSettings settings, Configuration conf) {
        String data = settings.data();
        if (file.grids() != 1) {
            throw new InvalidInputException(
                    ErrorCode.DATA_SIZE,
                    "%s: has %d grids, but the inversions of all grids start from one".formatted(data, file.grids()),
                    "give %s a data set of one grid".formatted(KEY));
        }
        DataGrid grid;
        try (GridReader reader = file.open(0, 1, conf)) {
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
        return new StartModel(List.of(grid), settings.dataKind());
    }

    /** The contrast to start from in a problem, over whose background it is. */
    double[] contrast(InversionProblem problem) {
        return grid.isEmpty()
                ? new double[problem.grid().cells()]
                : grid.get(0).contrast(kind, problem.survey().backgroundVelocity());
    }
}
