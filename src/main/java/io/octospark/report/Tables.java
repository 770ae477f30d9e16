package io.octospark.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Timestamp;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Turns rows into the tables of a page's data: the names of the columns, then rows of values. */
final class Tables {
    private Tables() {}

    /**
     * Returns the first rows of a query as {@code {columns, rows, of}}; {@code of} is the number of all its rows.
     *
     * @param most rows to take at most
     */
    static ObjectNode of(Dataset<Row> query, int most) {
        List<Row> rows = query.limit(most + 1).collectAsList();
        long all = rows.size() <= most ? rows.size() : query.count();
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        ArrayNode columns = table.putArray("columns");
        for (String name : query.columns()) {
            columns.add(name);
        }
        ArrayNode shown = table.putArray("rows");
        for (Row row : rows.subList(0, Math.min(most, rows.size()))) {
            ArrayNode values = shown.addArray();
            for (int i = 0; i < row.size(); i++) {
                add(values, row.get(i));
            }
        }
        table.put("of", all);
        return table;
    }

    /** Adds a value. Infinities and NaN become null, which JSON lacks; times become texts in UTC. */
    static void add(ArrayNode values, Object value) {
        if (value instanceof Double number && Double.isFinite(number)) {
            values.add(number);
        } else if (value instanceof Long number) {
            values.add(number);
        } else if (value instanceof Integer number) {
            values.add(number);
        } else if (value instanceof Boolean flag) {
            values.add(flag);
        } else if (value instanceof Timestamp time) {
            values.add(time.toInstant().toString());
        } else if (value == null || value instanceof Double) {
            values.addNull();
        } else {
            values.add(value.toString());
        }
    }
}
