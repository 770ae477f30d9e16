package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators.IntColumn;
import org.apache.parquet.filter2.predicate.Operators.LongColumn;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * A Parquet data set, one file or several, with a column of grid numbers and one or more columns of values. The values
 * of a grid alternate between the columns: the first of every column, then the second of every column.
 *
 * <p>Readers find grids by their numbers. A reader opens only files whose statistics include numbers that it wants, and
 * skips the parts of a file in the same way. This is fast if the rows are in the order of the numbers; in any other
 * order, every reader reads all rows. A reader returns its grids in the order of the files.
 */
public final class ParquetGridFile implements GridFile {
    private static final long serialVersionUID = 1L;

    /** One of the files, with the smallest and the largest number of its grids. */
    private record Part(Path path, long firstId, long lastId, boolean longIds) implements Serializable {}

    /** Name of the column of grid numbers, which are whole numbers. */
    public static final String ID = "grid_id";

    private final List<String> valuesColumns;
    private final int valuesPerArray;
    private final List<Part> parts = new ArrayList<>();
    private long grids;
    private boolean regular = true;

    ParquetGridFile(List<Path> files, List<String> valuesColumns, int valuesPerArray, Configuration conf)
            throws IOException {
        this.valuesColumns = valuesColumns;
        this.valuesPerArray = valuesPerArray;
        for (Path file : files) {
            HadoopInputFile input = HadoopInputFile.fromPath(file, conf);
            try (ParquetFileReader reader = ParquetFileReader.open(input)) {
                List<BlockMetaData> blocks = reader.getFooter().getBlocks();
                requireWithin(file, input.getLength(), blocks);
                add(file, blocks);
            }
        }
        parts.sort(Comparator.comparingLong(Part::firstId));
    }

    /**
     * Reads the footers of a file, or of the files in a folder. The grid numbers of all files together must be 0 to n -
     * 1, each once. This method checks neither that nor whether the columns exist.
     *
     * @param kind kind of the values
     * @param size number of values in each array: cells, or measurements
     * @throws InvalidInputException if a file's footer can't be true
     */
    public static ParquetGridFile open(Path path, DataKind kind, int size, Configuration conf) throws IOException {
        List<Path> files = new ArrayList<>();
        addFiles(path.getFileSystem(conf), path, files);
        return new ParquetGridFile(files, valuesColumns(kind), size, conf);
    }

    /**
     * Adds the files of a folder. It searches inner folders only if they belong to a partitioned table, for example
     * {@code year=2026}.
     */
    private static void addFiles(FileSystem fileSystem, Path path, List<Path> files) throws IOException {
        for (FileStatus status : fileSystem.listStatus(path, file -> file.equals(path) || DataFiles.isVisible(file))) {
            if (status.isFile()) {
                files.add(status.getPath());
            } else if (status.getPath().getName().contains("=")) {
                addFiles(fileSystem, status.getPath(), files);
            }
        }
    }

    /**
     * Returns the columns of the values, each an array. A grid has the first value of every column, then the second of
     * every column.
     */
    public static List<String> valuesColumns(DataKind kind) {
        return switch (kind) {
            case CONTRAST -> List.of("chi");
            case VELOCITY -> List.of("velocity");
            case PRESSURE -> List.of("pressure_re", "pressure_im");
        };
    }

    /** Returns the columns of this data set's values. */
    public List<String> valuesColumns() {
        return valuesColumns;
    }

    /** Returns the number of values that each array must have: cells, or measurements. */
    public int valuesPerArray() {
        return valuesPerArray;
    }

    /** Checks the sizes in a footer, because a reader of a column allocates what the footer says before it reads. */
    private static void requireWithin(Path file, long length, List<BlockMetaData> blocks) {
        boolean sound = blocks.stream()
                .allMatch(block -> block.getRowCount() >= 0
                        && block.getColumns().stream()
                                .allMatch(column -> column.getTotalSize() >= 0
                                        && column.getStartingPos() >= 0
                                        && column.getTotalSize() <= length - column.getStartingPos()));
        if (!sound) {
            throw new InvalidInputException(
                    ErrorCode.DATA_FORMAT,
                    file + ": is damaged, by its footer columns lie beyond its end",
                    "copy or write the file again");
        }
    }

    private void add(Path file, List<BlockMetaData> blocks) {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        boolean longIds = true;
        for (BlockMetaData block : blocks) {
            grids += block.getRowCount();
            for (ColumnChunkMetaData column : block.getColumns()) {
                String name = column.getPath().toArray()[0];
                if (name.equals(ID)) {
                    longIds = column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT64;
                    Statistics<?> ids = column.getStatistics();
                    boolean known = ids != null && ids.hasNonNullValue() && ids.genericGetMin() instanceof Number;
                    first = Math.min(first, known ? ((Number) ids.genericGetMin()).longValue() : Long.MIN_VALUE);
                    last = Math.max(last, known ? ((Number) ids.genericGetMax()).longValue() : Long.MAX_VALUE);
                } else if (valuesColumns.contains(name)) {
                    Statistics<?> values = column.getStatistics();
                    boolean noNulls = values != null && values.isNumNullsSet() && values.getNumNulls() == 0;
                    regular &= noNulls && column.getValueCount() == block.getRowCount() * valuesPerArray;
                }
            }
        }
        parts.add(new Part(file, first, last, longIds));
    }

    /**
     * Returns whether, by the footers, there is no null and the number of values is right for all grids together. The
     * footers do not tell whether one grid has too many values and another too few.
     */
    public boolean isRegular() {
        return regular;
    }

    @Override
    public long grids() {
        return grids;
    }

    @Override
    public GridReader open(long first, long count, Configuration conf) {
        Objects.checkFromIndexSize(first, count, grids);
        return new Reader(first, count, conf);
    }

    /** A reader of one file after the other. */
    private final class Reader implements GridReader {
        private final long first;
        private final long last;
        private final Configuration conf;
        private final Iterator<Part> wanted;
        private long left;
        private Part part;
        private ParquetReader<DataGrid> rows;

        Reader(long first, long count, Configuration conf) {
            this.first = first;
            this.last = first + count - 1;
            this.conf = conf;
            left = count;
            wanted = parts.stream()
                    .filter(candidate -> candidate.firstId() <= last && candidate.lastId() >= first)
                    .iterator();
        }

        private ParquetReader<DataGrid> rows() throws IOException {
            return ParquetReader.builder(new ParquetGridReadSupport(ID, valuesColumns, valuesPerArray), part.path())
                    .withConf(conf)
                    .withFilter(FilterCompat.get(wantedRows()))
                    .build();
        }

        private FilterPredicate wantedRows() {
            if (part.longIds()) {
                LongColumn id = FilterApi.longColumn(ID);
                return FilterApi.and(FilterApi.gtEq(id, first), FilterApi.ltEq(id, last));
            }
            IntColumn id = FilterApi.intColumn(ID);
            return FilterApi.and(FilterApi.gtEq(id, (int) Math.min(first, Integer.MAX_VALUE)), FilterApi.ltEq(id, (int)
                    Math.min(last, Integer.MAX_VALUE)));
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public DataGrid next() {
            if (!hasNext()) {
                throw new NoSuchElementException("all grids are read");
            }
            try {
                DataGrid grid = rows == null ? null : rows.read();
                while (grid == null) {
                    close();
                    if (!wanted.hasNext()) {
                        throw new IOException(
                                left + " grids of those from " + first + " to " + last + " are not there");
                    }
                    part = wanted.next();
                    rows = rows();
                    grid = rows.read();
                }
                left--;
                return grid;
            } catch (IOException | RuntimeException e) {
                IOException cause = e instanceof IOException io ? io : new IOException(e);
                throw new UncheckedIOException(
                        "%s: can't be read; was the file changed, or can't this host reach it?"
                                .formatted(part == null ? "the data set" : part.path()),
                        cause);
            }
        }

        @Override
        public void close() throws IOException {
            if (rows != null) {
                rows.close();
                rows = null;
            }
        }
    }
}
