package io.octospark.spark;

import io.octospark.model.DataKind;
import io.octospark.model.InvalidInputException;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Writes data sets in the Parquet layout that {@link ParquetGridSource} reads. */
public final class ParquetGrids {
    static final String ID = "grid_id";

    private ParquetGrids() {}

    /** The column of the values. */
    static String valuesColumn(DataKind kind) {
        return kind == DataKind.CONTRAST ? "chi" : "velocity";
    }

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
    public static void write(SparkSession spark, String target, DataKind kind, long grids, Maker maker)
            throws IOException {
        Path path = new Path(target);
        if (path.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(path)) {
            throw new InvalidInputException(
                    target + ": exists already and is not overwritten; choose another name or remove it");
        }
        int partitions = (int) Math.min(grids, spark.sparkContext().defaultParallelism());
        JavaRDD<Row> rows =
                spark.range(0, grids, 1, partitions).javaRDD().map(id -> RowFactory.create(id, maker.values(id)));
        StructType schema = StructType.fromDDL(ID + " bigint, " + valuesColumn(kind) + " array<double>");
        spark.createDataFrame(rows, schema).write().parquet(target);
    }
}
