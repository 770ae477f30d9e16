package io.octospark.results;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.parquet.hadoop.ParquetOutputCommitter;

/**
 * Commits the rows of one job of a run while other jobs of the run write into the same folder. Hadoop's committer has a
 * place for each job's rows, by the number in {@link #NUMBER}, but at its end removes those of all jobs. This one removes
 * only its own. Spark makes it from the name of its class.
 */
public final class PieceCommitter extends ParquetOutputCommitter {
    /** Setting: the job's number, different from that of any job that runs at the same time. */
    static final String NUMBER = "mapreduce.job.application.attempt.id";

    public PieceCommitter(Path folder, TaskAttemptContext context) throws IOException {
        super(folder, context);
    }

    @Override
    @Deprecated // and still what Hadoop's committer calls at the end
    public void cleanupJob(JobContext context) throws IOException {
        Path own = getJobAttemptPath(context);
        own.getFileSystem(context.getConfiguration()).delete(own, true);
    }
}
