package io.octospark.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.octospark.config.Experiment;
import io.octospark.data.GridFile;
import io.octospark.data.ParquetGridFile;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.model.StartSettings;
import io.octospark.physics.FactoredOperator;
import io.octospark.reconstruct.StartModel;
import java.util.ArrayList;
import java.util.List;
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
 * Opens data sets for a run. {@link GridFile} opens them; here the executors look at a Parquet data set as well, so that a
 * fault is known before anything is computed: its columns, all numbers of grids, which must be those from 0 without gaps, and
 * the arrays where the files' footers leave a doubt.
 */
public final class DataSets {
    private DataSets() {}

    /**
     * Opens an experiment's data set.
     *
     * @throws InvalidInputException if there is none, its format is not known, or it does not fit the experiment
     */
    public static GridFile open(SparkSession spark, Experiment experiment) {
        return open(
                spark,
                experiment.data(),
                experiment.dataKind(),
                experiment.problem(),
                "data in the experiment, or --data");
    }

    /**
     * Opens the model that the inversions of an experiment start from, if it names one.
     *
     * @throws InvalidInputException if there is none, or it does not fit the experiment
     */
    public static StartModel openStart(SparkSession spark, Experiment experiment) {
        StartSettings settings = experiment.start();
        if (settings == null) {
            return StartModel.BACKGROUND;
        }
        GridFile file = open(
                spark,
                settings.data(),
                settings.dataKind(),
                experiment.problem(),
                StartModel.KEY + " in the experiment");
        return StartModel.read(file, settings, spark.sparkContext().hadoopConfiguration());
    }

    private static GridFile open(SparkSession spark, String data, DataKind kind, InversionProblem problem, String key) {
        long measurements = problem.survey().measurements();
        if (kind == DataKind.PRESSURE && measurements > FactoredOperator.MAX_MEASUREMENTS) {
            throw new InvalidInputException(
                    ErrorCode.PROBLEM_TOO_LARGE,
                    "fwi: %d measurements (nTotal * nReceivers * nSources) are over the limit of %d of measured data"
                            .formatted(measurements, FactoredOperator.MAX_MEASUREMENTS),
                    "use fewer");
        }
        GridFile file =
                GridFile.open(data, kind, problem, key, spark.sparkContext().hadoopConfiguration());
        if (file instanceof ParquetGridFile parquet) {
            try {
                check(spark, data, kind, parquet);
            } catch (InvalidInputException e) {
                throw e;
            } catch (Exception e) {
                // Spark throws checked exceptions that Scala does not declare.
                throw new InvalidInputException(
                        ErrorCode.FILE_NOT_READABLE, data + ": can't be read: " + Messages.cause(e), "check " + key);
            }
        }
        return file;
    }

    static void check(SparkSession spark, String data, DataKind kind, ParquetGridFile file) {
        Dataset<Row> rows = spark.read().parquet(data);
        List<String> columns = file.valuesColumns();
        boolean valid = isColumn(rows.schema(), ParquetGridFile.ID, IntegralType.class)
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
        checkNumbers(rows, data, kind, file);
    }

    private static boolean isNumbers(StructType schema, String name) {
        return isColumn(schema, name, ArrayType.class)
                && ((ArrayType) schema.apply(name).dataType()).elementType() instanceof NumericType;
    }

    private static boolean isColumn(StructType schema, String name, Class<? extends DataType> type) {
        return List.of(schema.fieldNames()).contains(name)
                && type.isInstance(schema.apply(name).dataType());
    }

    private static void checkNumbers(Dataset<Row> rows, String data, DataKind kind, ParquetGridFile file) {
        List<String> columns = file.valuesColumns();
        boolean regular = file.isRegular();
        List<Column> facts = new ArrayList<>(
                List.of(countDistinct(ParquetGridFile.ID), min(ParquetGridFile.ID), max(ParquetGridFile.ID)));
        // Where the footers vouch for the arrays, not even their lengths are read.
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
            checkSizes(
                    data,
                    kind,
                    file.valuesPerArray(),
                    columns.get(i),
                    found.getInt(4 + 3 * i),
                    found.getInt(5 + 3 * i));
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
