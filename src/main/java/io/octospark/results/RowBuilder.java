package io.octospark.results;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Makes a row of a result table from values by column name. A column that is not set is null. Serves one thread. */
public final class RowBuilder {
    private final ResultTable table;
    private final Object[] values;

    RowBuilder(ResultTable table) {
        this.table = table;
        values = new Object[table.columns().length()];
    }

    /**
     * Sets a column.
     *
     * @param value in Spark's Java type of the column, an {@link Instant} for a timestamp, null, or an {@link Optional} of these
     * @throws IllegalArgumentException if the table has no such column
     */
    public RowBuilder set(String column, Object value) {
        Object stored = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        values[table.columns().fieldIndex(column)] = stored instanceof Instant at ? Timestamp.from(at) : stored;
        return this;
    }

    /**
     * Returns the row. The builder must not be used after that.
     *
     * @throws IllegalStateException if a column that every row has was not set
     */
    public Row build() {
        StructType columns = table.columns();
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && !columns.apply(i).nullable()) {
                throw new IllegalStateException(table.tableName() + ": a row needs a value for "
                        + columns.apply(i).name());
            }
        }
        return RowFactory.create(values);
    }
}
