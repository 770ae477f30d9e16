package io.octospark.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;

import io.octospark.model.DataKind;
import io.octospark.model.InvalidInputException;
import io.octospark.model.dataset.ParquetGridFile;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Opens Parquet data sets with the columns {@code grid_id} (whole numbers from 0 without gaps) and {@code chi} or
 * {@code velocity} (an array, x fastest).
 */
final class ParquetDataSet {
    private ParquetDataSet() {}

    /**
     * Opens a data set. The executors look at all ids once, and at the arrays where the files' footers leave a doubt, so
     * that a fault is known before anything is computed.
     *
     * @throws InvalidInputException if it is not a data set of grids of so many cells
     */
    static ParquetGridFile open(SparkSession spark, String data, DataKind kind, int cells) throws IOException {
        String column = ParquetGrids.valuesColumn(kind);
        Dataset<Row> rows = spark.read().parquet(data);
        boolean valid = isColumn(rows.schema(), ParquetGrids.ID, IntegralType.class)
                && isColumn(rows.schema(), column, ArrayType.class)
                && ((ArrayType) rows.schema().apply(column).dataType()).elementType() instanceof NumericType;
        if (!valid) {
            throw new InvalidInputException(
                    "%s: the columns are %s; a data set of kind %s needs grid_id, a whole number,"
                                    .formatted(data, rows.schema().toDDL(), kind)
                            + " and " + column + ", an array of numbers; correct the file or data_kind");
        }
        List<Path> files = Arrays.stream(rows.inputFiles())
                .map(encoded -> new Path(URI.create(encoded)))
                .toList();
        ParquetGridFile file = new ParquetGridFile(
                files, ParquetGrids.ID, column, cells, spark.sparkContext().hadoopConfiguration());
        check(data, column, cells, rows, file.isRegular());
        return file;
    }

    private static boolean isColumn(StructType schema, String name, Class<? extends DataType> type) {
        return List.of(schema.fieldNames()).contains(name)
                && type.isInstance(schema.apply(name).dataType());
    }

    private static void check(String data, String column, int cells, Dataset<Row> rows, boolean regular) {
        // Of arrays that the footers have vouched for not even the lengths are read.
        Column length = regular ? lit(cells) : size(col(column));
        Row found = rows.agg(
                        count("*"),
                        countDistinct(ParquetGrids.ID),
                        min(ParquetGrids.ID),
                        max(ParquetGrids.ID),
                        min(length),
                        max(length),
                        count(regular ? lit(1) : col(column)))
                .first();
        long count = found.getLong(0);
        if (count == 0) {
            throw new InvalidInputException(data + ": holds no grid; give a data set with at least one");
        }
        if (found.getLong(1) != count || number(found, 2) != 0 || number(found, 3) != count - 1) {
            throw new InvalidInputException(
                    "%s: %d rows with %d different grid_id from %s to %s; number the grids from 0 to %d"
                            .formatted(data, count, found.getLong(1), found.get(2), found.get(3), count - 1));
        }
        if (found.getLong(6) != count) {
            throw new InvalidInputException("%s: %s is null in %d of %d rows; give every grid its values"
                    .formatted(data, column, count - found.getLong(6), count));
        }
        if (found.getInt(4) != cells || found.getInt(5) != cells) {
            throw new InvalidInputException(
                    "%s: the arrays of %s hold %d to %d values, a grid has %d cells (ngrid.x * ngrid.z); correct ngrid or the file"
                            .formatted(data, column, found.getInt(4), found.getInt(5), cells));
        }
    }

    private static long number(Row row, int column) {
        return row.<Number>getAs(column).longValue();
    }
}
