package io.octospark.spark;

import io.octospark.data.GridFile;
import io.octospark.data.GridReader;
import io.octospark.data.GridSlice;
import io.octospark.model.DataGrid;
import io.octospark.model.GridRanges;
import io.octospark.placement.UnitAssignment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** A data set that can be read from any grid on: every partition reads its own part. */
final class FileGridSource implements GridSource {
    private final JavaSparkContext context;
    private final GridFile file;

    /** Large: sent once to each executor, not with each task. */
    private final Broadcast<SerializableConfiguration> configuration;

    FileGridSource(SparkSession spark, GridFile file) {
        this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        this.file = file;
        configuration = context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    }

    @Override
    public long grids() {
        return file.grids();
    }

    @Override
    public JavaRDD<DataGrid> partitioned(List<UnitAssignment> assignments) {
        Broadcast<SerializableConfiguration> sent = configuration;
        GridFile source = file;
        List<UnitAssignment> units = new ArrayList<>(assignments);
        // The assignments travel with the function, not as data, which Kryo could not read back into records.
        return context.parallelize(Collections.nCopies(units.size(), 0), units.size())
                .mapPartitionsWithIndex(
                        (partition, none) ->
                                new Grids(source, units.get(partition).ranges(), sent.value()),
                        true);
    }

    /** Grids by their numbers, copy after copy of the file. */
    private static final class Grids implements Iterator<DataGrid> {
        private final GridFile file;
        private final SerializableConfiguration configuration;
        private final Iterator<GridRanges.Range> ranges;
        private long next;
        private long end;
        private GridReader reader;

        Grids(GridFile file, GridRanges grids, SerializableConfiguration configuration) {
            this.file = file;
            this.configuration = configuration;
            ranges = grids.ranges().iterator();
            TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close());
        }

        @Override
        public boolean hasNext() {
            return next < end || ranges.hasNext();
        }

        @Override
        public DataGrid next() {
            if (next == end) {
                GridRanges.Range range = ranges.next();
                next = range.first();
                end = range.end();
                close();
            }
            if (reader == null || !reader.hasNext()) {
                close();
                open();
            }
            long copy = next++ / file.grids();
            DataGrid grid = reader.next();
            return new DataGrid(copy * file.grids() + grid.id(), grid.values());
        }

        /** Opens what the copy that is next has of the range. */
        private void open() {
            long first = next % file.grids();
            GridSlice slice = file.slice(first, Math.min(end - next, file.grids() - first));
            try {
                reader = slice.open(configuration.value());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void close() {
            if (reader != null) {
                try {
                    reader.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                reader = null;
            }
        }
    }
}
