package io.octospark.spark;

import io.octospark.config.Experiment;
import io.octospark.data.DataFiles;
import io.octospark.data.GridFile;
import io.octospark.data.NpyGridFile;
import io.octospark.data.TextGridFile;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.physics.FactoredOperator;
import io.octospark.placement.UnitAssignment;
import java.io.FileNotFoundException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/** A data set that the executors read. */
public interface GridSource {
    /** Grids in the data set. */
    long grids();

    /**
     * The grids of each assignment as one partition, in the assignments' order. Grids are numbered over all copies of the
     * data set; a grid past its end is one of the next copy.
     */
    JavaRDD<DataGrid> partitioned(List<UnitAssignment> assignments);

    /**
     * Opens an experiment's data set: text ({@code .txt}), NumPy ({@code .npy}) or Parquet ({@code .parquet}, a file or a
     * folder).
     *
     * @throws InvalidInputException if there is none, its format is not known, or its size does not fit the experiment
     */
    static GridSource open(SparkSession spark, Experiment experiment) {
        return new FileGridSource(
                spark,
                file(
                        spark,
                        experiment.data(),
                        experiment.dataKind(),
                        experiment.problem(),
                        "data in the experiment, or --data"));
    }

    /**
     * Opens a data set of an experiment.
     *
     * @param kind what its numbers are
     * @param key where its name stands, for messages
     * @throws InvalidInputException as {@link #open} does
     */
    static GridFile file(SparkSession spark, String data, DataKind kind, InversionProblem problem, String key) {
        long measurements = problem.survey().measurements();
        if (kind == DataKind.PRESSURE && measurements > FactoredOperator.MAX_MEASUREMENTS) {
            throw new InvalidInputException(
                    ErrorCode.PROBLEM_TOO_LARGE,
                    "fwi: %d measurements (nTotal * nReceivers * nSources) are over the limit of %d of measured data"
                            .formatted(measurements, FactoredOperator.MAX_MEASUREMENTS),
                    "use fewer");
        }
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        try {
            Path path = new Path(data);
            String name = path.getName().toLowerCase(Locale.ROOT);
            FileSystem fileSystem = path.getFileSystem(configuration);
            FileStatus status = fileSystem.getFileStatus(path);
            if (!status.isDirectory()) {
                DataFiles.status(path, configuration);
            } else if (fileSystem.listStatus(path, ParquetGrids::isVisible).length == 0) {
                throw new InvalidInputException(
                        ErrorCode.DATA_FORMAT,
                        data + ": is a folder without files of Parquet",
                        "name one with them, or a file; check " + key);
            }
            if (name.endsWith(".parquet") || status.isDirectory()) {
                long size = kind == DataKind.PRESSURE
                        ? measurements
                        : problem.grid().cells();
                return ParquetDataSet.open(spark, data, kind, (int) size);
            }
            if (name.endsWith(".txt")) {
                if (kind == DataKind.PRESSURE) {
                    throw new InvalidInputException(
                            ErrorCode.DATA_KIND,
                            data + ": text has no complex numbers",
                            "give measured data as .npy or .parquet");
                }
                return TextGridFile.open(path, problem.grid().cells(), configuration);
            }
            if (name.endsWith(".npy")) {
                return kind == DataKind.PRESSURE
                        ? NpyGridFile.openPressure(path, problem.survey(), configuration)
                        : NpyGridFile.open(path, problem.grid(), configuration);
            }
            throw new InvalidInputException(
                    ErrorCode.DATA_FORMAT,
                    data + ": unknown data format",
                    "a data set is .txt (one value per line), .npy or .parquet");
        } catch (FileNotFoundException e) {
            throw new InvalidInputException(ErrorCode.FILE_NOT_FOUND, data + ": no such data set", "check " + key);
        } catch (InvalidInputException e) {
            throw e;
        } catch (Exception e) {
            // An unknown host or scheme, a file that only looks like Parquet: Hadoop and Spark have many ways to say
            // so.
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE, data + ": can't be read: " + Messages.cause(e), "check " + key);
        }
    }
}
