package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A data set of equally large grids that can be read from any grid on. Immutable, so safe to share. Some 30 kilobytes when
 * sent, so better sent once to a host than with every task.
 */
public interface GridFile extends Serializable {
    /** How many grids the data set holds, at least one. */
    long grids();

    /**
     * Opens the data set at a grid. Every call gives a reader of its own, for one thread, to be closed.
     *
     * @param first first grid that the reader hands out
     * @param count how many it hands out
     * @throws IndexOutOfBoundsException if the data set does not hold all of them
     */
    GridReader open(long first, long count, Configuration conf) throws IOException;

    /**
     * Opens a data set: text ({@code .txt}), NumPy ({@code .npy}) or Parquet ({@code .parquet}, a file or a folder).
     *
     * @param kind what its numbers are
     * @param problem the problem whose cells or measurements a grid has
     * @param key where the name of the data set stands, for messages
     * @throws InvalidInputException if there is none, its format is not known, or its size does not fit the problem
     */
    static GridFile open(String data, DataKind kind, InversionProblem problem, String key, Configuration conf) {
        try {
            return openUnchecked(data, kind, problem, key, conf);
        } catch (FileNotFoundException e) {
            throw new InvalidInputException(ErrorCode.FILE_NOT_FOUND, data + ": no such data set", "check " + key);
        } catch (InvalidInputException e) {
            throw e;
        } catch (Exception e) {
            // An unknown host or scheme, a file that only looks like Parquet: Hadoop has many ways to say so.
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE, data + ": can't be read: " + Messages.cause(e), "check " + key);
        }
    }

    private static GridFile openUnchecked(
            String data, DataKind kind, InversionProblem problem, String key, Configuration conf) throws IOException {
        Path path = new Path(data);
        FileSystem fileSystem = path.getFileSystem(conf);
        boolean isFolder = fileSystem.getFileStatus(path).isDirectory();
        if (!isFolder) {
            DataFiles.status(path, conf);
        } else if (fileSystem.listStatus(path, DataFiles::isVisible).length == 0) {
            throw new InvalidInputException(
                    ErrorCode.DATA_FORMAT,
                    data + ": is a folder without files of Parquet",
                    "name one with them, or a file; check " + key);
        }
        String name = path.getName().toLowerCase(Locale.ROOT);
        if (isFolder || name.endsWith(".parquet")) {
            long size = kind == DataKind.PRESSURE
                    ? problem.survey().measurements()
                    : problem.grid().cells();
            return ParquetGridFile.open(path, kind, Math.toIntExact(size), conf);
        }
        if (name.endsWith(".txt")) {
            if (kind == DataKind.PRESSURE) {
                throw new InvalidInputException(
                        ErrorCode.DATA_KIND,
                        data + ": text has no complex numbers",
                        "give measured data as .npy or .parquet");
            }
            return TextGridFile.open(path, problem.grid().cells(), conf);
        }
        if (name.endsWith(".npy")) {
            return kind == DataKind.PRESSURE
                    ? NpyGridFile.openPressure(path, problem.survey(), conf)
                    : NpyGridFile.open(path, problem.grid(), conf);
        }
        throw new InvalidInputException(
                ErrorCode.DATA_FORMAT,
                data + ": unknown data format",
                "a data set is .txt (one value per line), .npy or .parquet");
    }
}
