package io.octospark.spark;

import io.octospark.cluster.UnitAssignment;
import io.octospark.model.Causes;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.InvalidInputException;
import io.octospark.model.dataset.NpyGridFile;
import io.octospark.model.dataset.TextGridFile;
import io.octospark.model.experiment.Experiment;
import io.octospark.model.experiment.InversionProblem;
import io.octospark.physics.FactoredOperator;
import java.io.FileNotFoundException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
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
        String data = experiment.data();
        DataKind kind = experiment.dataKind();
        InversionProblem problem = experiment.problem();
        long measurements = problem.survey().measurements();
        if (kind == DataKind.PRESSURE && measurements > FactoredOperator.MAX_MEASUREMENTS) {
            throw new InvalidInputException(
                    "fwi: %d measurements (nTotal * nReceivers * nSources) are over the limit of %d of measured data; use fewer"
                            .formatted(measurements, FactoredOperator.MAX_MEASUREMENTS));
        }
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        try {
            Path path = new Path(data);
            String name = path.getName().toLowerCase(Locale.ROOT);
            FileStatus status = path.getFileSystem(configuration).getFileStatus(path);
            if (name.endsWith(".parquet") || status.isDirectory()) {
                long size = kind == DataKind.PRESSURE
                        ? measurements
                        : problem.grid().cells();
                return new FileGridSource(spark, ParquetDataSet.open(spark, data, kind, (int) size));
            }
            if (name.endsWith(".txt")) {
                if (kind == DataKind.PRESSURE) {
                    throw new InvalidInputException(
                            data + ": text has no complex numbers; give measured data as .npy or .parquet");
                }
                return new FileGridSource(
                        spark, TextGridFile.open(path, problem.grid().cells(), configuration));
            }
            if (name.endsWith(".npy")) {
                return new FileGridSource(
                        spark,
                        kind == DataKind.PRESSURE
                                ? NpyGridFile.openPressure(path, problem.survey(), configuration)
                                : NpyGridFile.open(path, problem.grid(), configuration));
            }
            throw new InvalidInputException(
                    data + ": unknown data format; a data set is .txt (one value per line), .npy or .parquet");
        } catch (FileNotFoundException e) {
            throw new InvalidInputException(data + ": no such data set; check data in the experiment, or --data");
        } catch (InvalidInputException e) {
            throw e;
        } catch (Exception e) {
            // An unknown host or scheme, a file that only looks like Parquet: Hadoop and Spark have many ways to say
            // so.
            throw new InvalidInputException(
                    data + ": can't be read: " + Causes.message(e) + "; check data in the experiment, or --data");
        }
    }
}
