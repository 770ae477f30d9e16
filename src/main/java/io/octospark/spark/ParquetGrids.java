package io.octospark.spark;

import io.octospark.data.ParquetGridFile;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import java.io.IOException;
import java.io.Serializable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes data sets in the Parquet layout of {@link ParquetGridFile}. */
public final class ParquetGrids {
    private ParquetGrids() {}

    /** Makes the values of a grid of a data set. */
    @FunctionalInterface
    public interface Maker extends Serializable {
        /** The values of grid {@code id}. */
        double[] values(long id);
    }

    /**
     * Writes a data set whose grids the executors make.
     *
     * @throws InvalidInputException if the target exists
     */
    public static void write(SparkSession spark, String target, DataKind kind, long grids, Maker maker) {
        int partitions = (int) Math.min(grids, spark.sparkContext().defaultParallelism());
        write(
                spark,
                target,
                kind,
                spark.range(0, grids, 1, partitions).javaRDD().map(id -> new DataGrid(id, maker.values(id))));
    }

    /**
     * Writes a data set.
     *
     * @throws InvalidInputException if the target exists, or can't be written
     */
    static void write(SparkSession spark, String target, DataKind kind, JavaRDD<DataGrid> grids) {
        requireTarget(spark, target);
        int columns = ParquetGridFile.valuesColumns(kind).size();
        String arrays = ParquetGridFile.valuesColumns(kind).stream()
                .map(column -> ", " + column + " array<double>")
                .collect(Collectors.joining());
        spark.createDataFrame(
                        grids.map(grid -> row(grid.id(), grid.values(), columns)),
                        StructType.fromDDL(ParquetGridFile.ID + " bigint" + arrays))
                .write()
                .parquet(target);
    }

    /** A row whose columns take the values in turn. */
    private static Row row(long id, double[] values, int columns) {
        Object[] row = new Object[1 + columns];
        row[0] = id;
        for (int column = 0; column < columns; column++) {
            int first = column;
            row[1 + column] = IntStream.range(0, values.length / columns)
                    .mapToDouble(i -> values[i * columns + first])
                    .toArray();
        }
        return RowFactory.create(row);
    }

    /** Before executors try, which would fail one after the other. */
    private static void requireTarget(SparkSession spark, String target) {
        try {
            Path path = new Path(target);
            FileSystem fileSystem = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
            if (fileSystem.exists(path)) {
                throw new InvalidInputException(
                        ErrorCode.FILE_EXISTS,
                        target + ": exists already and is not overwritten",
                        "choose another name or remove it");
            }
            // Only an attempt tells. Spark wants to make the folder itself.
            if (!fileSystem.mkdirs(path) || !fileSystem.delete(path, false)) {
                throw new IOException("the folder can't be made");
            }
        } catch (IllegalArgumentException | IOException e) {
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_NOT_WRITABLE,
                    "--out = " + target + ": can't be written: " + Messages.cause(e),
                    "correct the path");
        }
    }
}
