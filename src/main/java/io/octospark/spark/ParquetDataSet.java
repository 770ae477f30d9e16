package io.octospark.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.octospark.data.ParquetGridFile;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.DataKind;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Opens Parquet data sets with the columns {@code grid_id} (whole numbers from 0 without gaps) and {@code chi} or
 * {@code velocity} (an array, x fastest), or {@code pressure_re} and {@code pressure_im} (an array each, in the order of the
 * Born operator's rows).
 */
final class ParquetDataSet {
    private ParquetDataSet() {}

    /**
     * Opens a data set. The executors look at all ids once, and at the arrays where the files' footers leave a doubt, so
     * that a fault is known before anything is computed.
     *
     * @param size cells of a grid, or of measured data measurements
     * @throws InvalidInputException if it is not a data set of grids of this size
     */
    static ParquetGridFile open(SparkSession spark, String data, DataKind kind, int size) throws IOException {
        List<String> columns = ParquetGrids.valuesColumns(kind);
        Dataset<Row> rows = spark.read().parquet(data);
        boolean valid = isColumn(rows.schema(), ParquetGrids.ID, IntegralType.class)
                && columns.stream().allMatch(column -> isNumbers(rows.schema(), column));
        if (!valid) {
            throw new InvalidInputException(
                    ErrorCode.DATA_FORMAT,
                    "%s: the columns are %s; a data set of kind %s needs grid_id, a whole number, and %s"
                            .formatted(
                                    data,
                                    rows.schema().toDDL(),
                                    kind,
                                    columns.size() == 1
                                            ? columns.get(0) + ", an array of numbers"
                                            : String.join(" and ", columns) + ", an array of numbers each"),
                    "correct the file or data_kind");
        }
        List<Path> files = Arrays.stream(rows.inputFiles())
                .map(encoded -> new Path(URI.create(encoded)))
                .toList();
        ParquetGridFile file = new ParquetGridFile(
                files, ParquetGrids.ID, columns, size, spark.sparkContext().hadoopConfiguration());
        check(data, kind, size, rows, file.isRegular());
        return file;
    }

    private static boolean isNumbers(StructType schema, String name) {
        return isColumn(schema, name, ArrayType.class)
                && ((ArrayType) schema.apply(name).dataType()).elementType() instanceof NumericType;
    }

    private static boolean isColumn(StructType schema, String name, Class<? extends DataType> type) {
        return List.of(schema.fieldNames()).contains(name)
                && type.isInstance(schema.apply(name).dataType());
    }

    private static void check(String data, DataKind kind, int size, Dataset<Row> rows, boolean regular) {
        List<String> columns = ParquetGrids.valuesColumns(kind);
        List<Column> facts =
                new ArrayList<>(List.of(countDistinct(ParquetGrids.ID), min(ParquetGrids.ID), max(ParquetGrids.ID)));
        // Of arrays that the footers have vouched for not even the lengths are read.
        if (!regular) {
            for (String column : columns) {
                Column length = functions.size(col(column));
                facts.addAll(List.of(min(length), max(length), count(col(column))));
            }
        }
        Row found = rows.agg(count("*"), facts.toArray(Column[]::new)).first();
        long count = found.getLong(0);
        if (count == 0) {
            throw new InvalidInputException(
                    ErrorCode.DATA_SIZE, data + ": holds no grid", "give a data set with at least one");
        }
        if (found.getLong(1) != count || number(found, 2) != 0 || number(found, 3) != count - 1) {
            throw new InvalidInputException(
                    ErrorCode.DATA_NUMBERING,
                    "%s: %d rows with %d different grid_id from %s to %s"
                            .formatted(data, count, found.getLong(1), found.get(2), found.get(3)),
                    "number the grids from 0 to %d".formatted(count - 1));
        }
        for (int i = 0; i < columns.size() && !regular; i++) {
            long given = found.getLong(6 + 3 * i);
            if (given != count) {
                throw new InvalidInputException(
                        ErrorCode.DATA_VALUE,
                        "%s: %s is null in %d of %d rows".formatted(data, columns.get(i), count - given, count),
                        "give every grid its values");
            }
            checkSizes(data, kind, size, columns.get(i), found.getInt(4 + 3 * i), found.getInt(5 + 3 * i));
        }
    }

    private static void checkSizes(String data, DataKind kind, int size, String column, int smallest, int largest) {
        if (smallest != size || largest != size) {
            throw new InvalidInputException(
                    ErrorCode.DATA_SIZE,
                    "%s: the arrays of %s hold %d to %d values, a grid has %d %s"
                            .formatted(
                                    data,
                                    column,
                                    smallest,
                                    largest,
                                    size,
                                    kind == DataKind.PRESSURE
                                            ? "measurements (nTotal * nReceivers * nSources)"
                                            : "cells (ngrid.x * ngrid.z)"),
                    "correct " + (kind == DataKind.PRESSURE ? "fwi" : "ngrid") + " or the file");
        }
    }

    private static long number(Row row, int column) {
        return row.<Number>getAs(column).longValue();
    }
}
