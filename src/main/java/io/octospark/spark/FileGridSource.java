package io.octospark.spark;

import io.octospark.cluster.UnitAssignment;
import io.octospark.model.DataGrid;
import io.octospark.model.dataset.GridFile;
import io.octospark.model.dataset.GridReader;
import io.octospark.model.dataset.GridSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
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

    FileGridSource(SparkSession spark, GridFile file) {
        this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        this.file = file;
    }

    @Override
    public long grids() {
        return file.grids();
    }

    @Override
    public JavaRDD<DataGrid> partitioned(List<UnitAssignment> assignments) {
        // Hadoop's configuration is large: sent once to each executor, not with each task.
        Broadcast<SerializableConfiguration> configuration =
                context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
        GridFile source = file;
        List<UnitAssignment> units = new ArrayList<>(assignments);
        // The assignments travel with the function, not as data, which Kryo could not read back into records.
        return context.parallelize(Collections.nCopies(units.size(), 0), units.size())
                .mapPartitionsWithIndex(
                        (partition, none) -> new Grids(source, units.get(partition), configuration.value()), true);
    }

    /** The grids of one assignment, copy after copy of the file. */
    private static final class Grids implements Iterator<DataGrid> {
        private final GridFile file;
        private final SerializableConfiguration configuration;
        private final long end;
        private long next;
        private GridReader reader;

        Grids(GridFile file, UnitAssignment assignment, SerializableConfiguration configuration) {
            this.file = file;
            this.configuration = configuration;
            next = assignment.firstGrid();
            end = assignment.firstGrid() + assignment.grids();
            TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close());
        }

        @Override
        public boolean hasNext() {
            return next < end;
        }

        @Override
        public DataGrid next() {
            if (next >= end) {
                throw new NoSuchElementException();
            }
            if (reader == null || !reader.hasNext()) {
                close();
                long first = next % file.grids();
                GridSlice slice = file.slice(first, Math.min(end - next, file.grids() - first));
                try {
                    reader = slice.open(configuration.value());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            long copy = next++ / file.grids();
            DataGrid grid = reader.next();
            return new DataGrid(copy * file.grids() + grid.id(), grid.values());
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
