package io.octospark.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;

import io.octospark.cluster.UnitAssignment;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.model.InvalidInputException;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * A Parquet data set with the columns {@code grid_id} (whole numbers from 0 without gaps) and {@code chi} or
 * {@code velocity} (an array, x fastest). The executors read it and send every grid to its partition.
 */
final class ParquetGridSource implements GridSource {
    private final JavaPairRDD<Long, double[]> valuesById;
    private final long grids;

    ParquetGridSource(SparkSession spark, String data, DataKind kind, int cells) {
        String column = ParquetGrids.valuesColumn(kind);
        Dataset<Row> file = spark.read().parquet(data);
        boolean valid = isColumn(file.schema(), ParquetGrids.ID, IntegralType.class)
                && isColumn(file.schema(), column, ArrayType.class)
                && ((ArrayType) file.schema().apply(column).dataType()).elementType() instanceof NumericType;
        if (!valid) {
            throw new InvalidInputException(
                    "%s: the columns are %s; a data set of kind %s needs grid_id, a whole number,"
                                    .formatted(data, file.schema().toDDL(), kind)
                            + " and " + column + ", an array of numbers; correct the file or data_kind");
        }
        Dataset<Row> rows = file.select(
                col(ParquetGrids.ID).cast(DataTypes.LongType),
                col(column)
                        .cast(DataTypes.createArrayType(DataTypes.DoubleType))
                        .as("values"));
        grids = check(data, column, cells, rows);
        valuesById = rows.javaRDD().mapToPair(row -> new Tuple2<>(row.getLong(0), values(row)));
    }

    private static boolean isColumn(StructType schema, String name, Class<? extends DataType> type) {
        return List.of(schema.fieldNames()).contains(name)
                && type.isInstance(schema.apply(name).dataType());
    }

    /** Executors look at all rows once, so that a fault is known before anything is computed. Counts the grids. */
    private static long check(String data, String column, int cells, Dataset<Row> rows) {
        Row found = rows.agg(
                        count("*"),
                        countDistinct(ParquetGrids.ID),
                        min(ParquetGrids.ID),
                        max(ParquetGrids.ID),
                        min(size(col("values"))),
                        max(size(col("values"))),
                        count("values"))
                .first();
        long count = found.getLong(0);
        if (count == 0) {
            throw new InvalidInputException(data + ": holds no grid; give a data set with at least one");
        }
        if (found.getLong(1) != count || found.getLong(2) != 0 || found.getLong(3) != count - 1) {
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
        return count;
    }

    private static double[] values(Row row) {
        List<Double> list = row.getList(1);
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            Double value = list.get(i);
            values[i] = value == null ? Double.NaN : value;
        }
        return values;
    }

    @Override
    public long grids() {
        return grids;
    }

    @Override
    public JavaRDD<DataGrid> partitioned(List<UnitAssignment> assignments) {
        long copySize = grids;
        long wanted = assignments.stream()
                .mapToLong(assignment -> assignment.firstGrid() + assignment.grids())
                .max()
                .orElse(0);
        return valuesById
                .flatMapToPair(grid -> LongStream.iterate(grid._1(), id -> id < wanted, id -> id + copySize)
                        .mapToObj(id -> new Tuple2<>(id, grid._2()))
                        .iterator())
                .repartitionAndSortWithinPartitions(new ByAssignment(assignments))
                .map(grid -> new DataGrid(grid._1(), grid._2()));
    }

    /** Sends a grid to the partition of the unit that it is assigned to. */
    private static final class ByAssignment extends Partitioner {
        private static final long serialVersionUID = 1L;

        /** Partitions by their first grids; those without grids are not among them. */
        private final TreeMap<Long, Integer> byFirstGrid = new TreeMap<>();

        private final int partitions;

        ByAssignment(List<UnitAssignment> assignments) {
            partitions = assignments.size();
            assignments.stream()
                    .filter(assignment -> assignment.grids() > 0)
                    .forEach(assignment -> byFirstGrid.put(assignment.firstGrid(), assignment.partition()));
        }

        @Override
        public int numPartitions() {
            return partitions;
        }

        @Override
        public int getPartition(Object gridId) {
            return byFirstGrid.floorEntry((Long) gridId).getValue();
        }
    }
}
