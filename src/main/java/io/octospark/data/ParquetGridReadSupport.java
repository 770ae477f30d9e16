package io.octospark.data;

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

/** Reader of grids from Parquet. It puts the numbers of the arrays, of any type, directly into the grid's own array. */
final class ParquetGridReadSupport extends ReadSupport<DataGrid> {
    private final String idColumn;
    private final List<String> valuesColumns;
    private final int valuesPerArray;

    ParquetGridReadSupport(String idColumn, List<String> valuesColumns, int valuesPerArray) {
        this.idColumn = idColumn;
        this.valuesColumns = valuesColumns;
        this.valuesPerArray = valuesPerArray;
    }

    @Override
    public ReadContext init(InitContext context) {
        MessageType file = context.getFileSchema();
        List<Type> columns = new ArrayList<>(List.of(file.getType(idColumn)));
        valuesColumns.forEach(column -> columns.add(file.getType(column)));
        return new ReadContext(new MessageType(file.getName(), columns));
    }

    @Override
    @SuppressWarnings("deprecation") // its replacement is not in the Parquet of Spark 3.5
    public RecordMaterializer<DataGrid> prepareForRead(
            Configuration conf, Map<String, String> metadata, MessageType fileSchema, ReadContext context) {
        return new Grids(context.getRequestedSchema());
    }

    /** The grid that is being read. */
    private final class Grids extends RecordMaterializer<DataGrid> {
        private final GroupConverter root;
        private long id;
        private double[] values;
        private final List<Array> arrays = new ArrayList<>();

        Grids(MessageType schema) {
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
            List<Converter> numbers = new ArrayList<>();
            for (String column : valuesColumns) {
                Array array = new Array(column, arrays.size());
                arrays.add(array);
                numbers.add(array.converter(schema.getType(column)));
            }
            root = new GroupConverter() {
                @Override
                public Converter getConverter(int field) {
                    return field == 0 ? ids : numbers.get(field - 1);
                }

                @Override
                public void start() {
                    values = new double[valuesColumns.size() * valuesPerArray];
                    arrays.forEach(array -> array.read = 0);
                }

                @Override
                public void end() {
                    // The number of values is checked when the grid is taken.
                }
            };
        }

        @Override
        public GroupConverter getRootConverter() {
            return root;
        }

        @Override
        public DataGrid getCurrentRecord() {
            for (Array array : arrays) {
                if (array.read != valuesPerArray) {
                    throw new ParquetDecodingException("grid " + id + " has " + array.read + " values in "
                            + array.column + ", it must have " + valuesPerArray);
                }
            }
            return new DataGrid(id, values);
        }

        /** The array of one column; its numbers fill every {@code n}-th place of the grid, with {@code n} columns. */
        private final class Array {
            private final String column;
            private final int part;
            private final int stride = valuesColumns.size();
            private int read;

            Array(String column, int part) {
                this.column = column;
                this.part = part;
            }

            private void add(double value) {
                if (read < valuesPerArray) {
                    values[read * stride + part] = value;
                }
                read++;
            }

            /** Returns a converter for lists of any writer: nested groups with a number in the innermost group. */
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
}
