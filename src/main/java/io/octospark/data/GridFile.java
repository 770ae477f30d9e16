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
 * A data set of equally large grids, readable from any grid on. Immutable and thread-safe. Its serialised form takes
 * about 30 kB, so send it once to a host, not with every task.
 */
public interface GridFile extends Serializable {
    /** Returns the number of grids in the data set, at least one. */
    long grids();

    /**
     * Opens the data set at a grid. Every call returns a new reader for one thread, which the caller closes.
     *
     * @param first first grid that the reader returns
     * @param count number of grids that it returns
     * @throws IndexOutOfBoundsException if the data set does not have all of these grids
     */
    GridReader open(long first, long count, Configuration conf) throws IOException;

    /**
     * Opens a data set: text ({@code .txt}), NumPy ({@code .npy}) or Parquet ({@code .parquet}, a file or a folder).
     *
     * @param kind kind of its numbers
     * @param problem the problem that determines the cells or measurements of a grid
     * @param key place of the data set's name, for messages
     * @throws InvalidInputException if the data set does not exist, its format is unknown, or its size does not fit the
     *     problem
     */
    static GridFile open(String data, DataKind kind, InversionProblem problem, String key, Configuration conf) {
        try {
            return openUnchecked(data, kind, problem, key, conf);
        } catch (FileNotFoundException e) {
            throw new InvalidInputException(ErrorCode.FILE_NOT_FOUND, data + ": no such data set", "check " + key);
        } catch (InvalidInputException e) {
            throw e;
        } catch (Exception e) {
            // Hadoop reports an unknown host or scheme, or a damaged Parquet file, by many different exceptions.
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
