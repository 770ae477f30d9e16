package io.octospark.data;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** Some consecutive grids of a file: small enough to send to the executor that reads them. */
public interface GridSlice extends Serializable {
    /** Opens the file at these grids. Every call gives a reader of its own, for one thread, to be closed. */
    GridReader open(Configuration conf) throws IOException;
}
