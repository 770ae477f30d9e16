package io.octospark.cli.options;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.HorizontalAlign;
import io.octospark.error.Messages;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** Output formats for rows. */
public enum OutputFormat {
    /**
     * A table for people. Doubles and floats have six significant digits; characters that control a terminal are
     * replaced.
     */
    TABLE {
        @Override
        public void print(Dataset<Row> rows, PrintWriter out) {
            List<String[]> cells = new ArrayList<>();
            texts(rows)
                    .toLocalIterator()
                    .forEachRemaining(row -> cells.add(shown(rounded(cells(row, ""), rows.schema()))));
            com.github.freva.asciitable.Column[] columns = Arrays.stream(
                            rows.schema().fields())
                    .map(field -> new com.github.freva.asciitable.Column()
                            .header(Messages.line(field.name()))
                            .dataAlign(
                                    field.dataType() instanceof NumericType
                                            ? HorizontalAlign.RIGHT
                                            : HorizontalAlign.LEFT))
                    .toArray(com.github.freva.asciitable.Column[]::new);
            out.println(AsciiTable.getTable(
                    AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, cells.toArray(String[][]::new)));
        }

        @Override
        public void print(List<String> names, List<List<Object>> rows, PrintWriter out) {
            com.github.freva.asciitable.Column[] columns = IntStream.range(0, names.size())
                    .mapToObj(i -> new com.github.freva.asciitable.Column()
                            .header(names.get(i))
                            .dataAlign(
                                    rows.stream().anyMatch(row -> row.get(i) instanceof Number)
                                            ? HorizontalAlign.RIGHT
                                            : HorizontalAlign.LEFT))
                    .toArray(com.github.freva.asciitable.Column[]::new);
            String[][] cells = rows.stream()
                    .map(row -> row.stream()
                            .map(OutputFormat::cell)
                            .map(Messages::lines)
                            .toArray(String[]::new))
                    .toArray(String[][]::new);
            out.println(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, cells));
        }
    },
    /** One JSON array of objects; characters that control a terminal are escaped. */
    JSON {
        @Override
        public void print(Dataset<Row> rows, PrintWriter out) {
            Iterator<String> objects = rows.toJSON().toLocalIterator();
            out.print("[");
            for (String separator = "\n"; objects.hasNext(); separator = ",\n") {
                out.print(separator + Messages.json(objects.next()));
            }
            out.println("\n]");
        }

        @Override
        public void print(List<String> names, List<List<Object>> rows, PrintWriter out) throws IOException {
            ObjectMapper mapper = new ObjectMapper();
            List<String> objects = new ArrayList<>();
            for (List<Object> row : rows) {
                Map<String, Object> object = new LinkedHashMap<>();
                for (int i = 0; i < names.size(); i++) {
                    object.put(names.get(i), row.get(i));
                }
                objects.add("\n" + Messages.json(mapper.writeValueAsString(object)));
            }
            out.println("[" + String.join(",", objects) + "\n]");
        }
    },
    /** CSV with a header line; arrays and structs as JSON. Values are unchanged, because programs read them. */
    CSV {
        @Override
        public void print(Dataset<Row> rows, PrintWriter out) throws IOException {
            CSVPrinter printer = csv(out);
            printer.printRecord((Object[]) rows.columns());
            Iterator<Row> texts = texts(rows).toLocalIterator();
            while (texts.hasNext()) {
                printer.printRecord((Object[]) cells(texts.next(), null));
            }
            printer.flush();
        }

        @Override
        public void print(List<String> names, List<List<Object>> rows, PrintWriter out) throws IOException {
            CSVPrinter printer = csv(out);
            printer.printRecord(names);
            printer.printRecords(rows);
            printer.flush();
        }
    };

    private static final MathContext TABLE_DIGITS = new MathContext(6);

    public abstract void print(Dataset<Row> rows, PrintWriter out) throws IOException;

    /** Prints rows that were made without Spark: texts, numbers, booleans or nulls. */
    public abstract void print(List<String> names, List<List<Object>> rows, PrintWriter out) throws IOException;

    /** Do not close the printer: standard output stays open for the next query. */
    private static CSVPrinter csv(PrintWriter out) throws IOException {
        return new CSVPrinter(
                out, CSVFormat.DEFAULT.builder().setRecordSeparator("\n").get());
    }

    /** Returns the same rows with every column as text. */
    private static Dataset<Row> texts(Dataset<Row> rows) {
        DataType[] types = Arrays.stream(rows.schema().fields())
                .map(field -> field.dataType())
                .toArray(DataType[]::new);
        // A query may give two columns the same name.
        String[] names = new String[types.length];
        Column[] columns = new Column[types.length];
        for (int i = 0; i < types.length; i++) {
            names[i] = "c" + i;
            boolean nested =
                    types[i] instanceof ArrayType || types[i] instanceof StructType || types[i] instanceof MapType;
            Column column = functions.col(names[i]);
            columns[i] = nested ? functions.to_json(column) : column.cast(DataTypes.StringType);
        }
        return rows.toDF(names).select(columns);
    }

    private static String cell(Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof Double || value instanceof Float ? rounded(value.toString()) : value.toString();
    }

    private static String[] shown(String[] cells) {
        return Arrays.stream(cells).map(Messages::lines).toArray(String[]::new);
    }

    private static String[] rounded(String[] cells, StructType schema) {
        for (int i = 0; i < cells.length; i++) {
            DataType type = schema.fields()[i].dataType();
            if (type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType)) {
                cells[i] = rounded(cells[i]);
            }
        }
        return cells;
    }

    /** Rounds a number to six significant digits. Returns other texts, including NaN and infinities, unchanged. */
    private static String rounded(String number) {
        if (number.isEmpty() || !Double.isFinite(Double.parseDouble(number))) {
            return number;
        }
        return Double.toString(new BigDecimal(number).round(TABLE_DIGITS).doubleValue());
    }

    private static String[] cells(Row row, String forNull) {
        String[] cells = new String[row.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = row.isNullAt(i) ? forNull : row.getString(i);
        }
        return cells;
    }
}
