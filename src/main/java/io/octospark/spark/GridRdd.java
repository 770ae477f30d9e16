package io.octospark.spark;

import io.octospark.data.GridFile;
import io.octospark.data.GridReader;
import io.octospark.model.DataGrid;
import io.octospark.model.GridRanges;
import io.octospark.placement.UnitAssignment;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/** The grids of a data set as an RDD; every partition opens the files and reads its own part. */
public final class GridRdd {
    private GridRdd() {}

    /** Hadoop's configuration for executors: large, so sent once to each of them. */
    public static Broadcast<SerializableConfiguration> configuration(SparkSession spark) {
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
    }

    /**
     * The grids of each assignment as one partition, in the assignments' order. Grids are numbered over all copies of the
     * data set; a grid past its end is one of the next copy.
     */
    public static JavaRDD<DataGrid> of(
            SparkSession spark,
            GridFile file,
            Broadcast<SerializableConfiguration> configuration,
            List<UnitAssignment> assignments) {
        // The assignments travel with the function, not as data, which Kryo could not read back into records.
        List<GridRanges> ranges =
                List.copyOf(assignments.stream().map(UnitAssignment::ranges).toList());
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(Collections.nCopies(ranges.size(), 0), ranges.size())
                .mapPartitionsWithIndex(
                        (partition, none) -> new Grids(file, ranges.get(partition), configuration.value()), true);
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
            try {
                reader = file.open(first, Math.min(end - next, file.grids() - first), configuration.value());
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
