package io.octospark.model.dataset;

import io.octospark.model.DataGrid;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** Reads grids from Parquet: the numbers of an array go into the grid's own array, whatever their type, and nowhere else. */
final class ParquetGridReadSupport extends ReadSupport<DataGrid> {
    private final String idColumn;
    private final String valuesColumn;
    private final int valuesPerGrid;

    ParquetGridReadSupport(String idColumn, String valuesColumn, int valuesPerGrid) {
        this.idColumn = idColumn;
        this.valuesColumn = valuesColumn;
        this.valuesPerGrid = valuesPerGrid;
    }

    @Override
    public ReadContext init(InitContext context) {
        MessageType file = context.getFileSchema();
        return new ReadContext(
                new MessageType(file.getName(), List.of(file.getType(idColumn), file.getType(valuesColumn))));
    }

    @Override
    @SuppressWarnings("deprecation") // what takes its place is not in the Parquet of Spark 3.5
    public RecordMaterializer<DataGrid> prepareForRead(
            Configuration conf, Map<String, String> metadata, MessageType fileSchema, ReadContext context) {
        return new Grids(context.getRequestedSchema().getType(valuesColumn));
    }

    /** The grid that is being read. */
    private final class Grids extends RecordMaterializer<DataGrid> {
        private final GroupConverter root;
        private long id;
        private double[] values;
        private int read;

        Grids(Type valuesType) {
            Converter ids = new PrimitiveConverter() {
                @Override
                public void addInt(int value) {
                    id = value;
                }

                @Override
                public void addLong(long value) {
                    id = value;
                }
            };
            Converter numbers = converter(valuesType);
            root = new GroupConverter() {
                @Override
                public Converter getConverter(int field) {
                    return field == 0 ? ids : numbers;
                }

                @Override
                public void start() {
                    values = new double[valuesPerGrid];
                    read = 0;
                }

                @Override
                public void end() {
                    // Whether all are there is asked when the grid is taken.
                }
            };
        }

        @Override
        public GroupConverter getRootConverter() {
            return root;
        }

        @Override
        public DataGrid getCurrentRecord() {
            if (read != valuesPerGrid) {
                throw new ParquetDecodingException("grid " + id + " has " + read + " values in " + valuesColumn
                        + ", it must have " + valuesPerGrid);
            }
            return new DataGrid(id, values);
        }

        private void add(double value) {
            if (read < valuesPerGrid) {
                values[read] = value;
            }
            read++;
        }

        /** Lists of any writer: groups within groups, and in the innermost a number. */
        private Converter converter(Type type) {
            if (type.isPrimitive()) {
                return new Numbers(type.getLogicalTypeAnnotation());
            }
            List<Converter> fields = new ArrayList<>();
            type.asGroupType().getFields().forEach(field -> fields.add(converter(field)));
            boolean element = type.isRepetition(Repetition.REPEATED);
            return new GroupConverter() {
                private int before;

                @Override
                public Converter getConverter(int field) {
                    return fields.get(field);
                }

                @Override
                public void start() {
                    before = read;
                }

                @Override
                public void end() {
                    if (element && read == before) {
                        // A null, which is not a number.
                        add(Double.NaN);
                    }
                }
            };
        }

        private final class Numbers extends PrimitiveConverter {
            private final int scale;

            Numbers(LogicalTypeAnnotation type) {
                scale = type instanceof DecimalLogicalTypeAnnotation decimal ? decimal.getScale() : 0;
            }

            @Override
            public void addDouble(double value) {
                add(value);
            }

            @Override
            public void addFloat(float value) {
                add(value);
            }

            @Override
            public void addInt(int value) {
                addLong(value);
            }

            @Override
            public void addLong(long value) {
                add(scale == 0 ? value : BigDecimal.valueOf(value, scale).doubleValue());
            }

            @Override
            public void addBinary(Binary unscaled) {
                add(new BigDecimal(new BigInteger(unscaled.getBytes()), scale).doubleValue());
            }
        }
    }
}
