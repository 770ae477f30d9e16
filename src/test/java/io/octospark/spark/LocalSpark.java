package io.octospark.spark;

import io.octospark.faults.FaultyFileSystem;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark that the test classes of one JVM share: two cores, a second attempt for a failed task, and no compiled queries,
 * which pay only for longer ones. Starting one for each class would take longer than many of the tests.
 */
public final class LocalSpark {
    private static SparkSession shared;

    private LocalSpark() {}

    /** Opens a session with its own views and settings. Nobody stops it: it ends with the JVM, or by {@link #stop}. */
    public static synchronized SparkSession open() {
        if (shared == null || shared.sparkContext().isStopped()) {
            shared = SparkSession.builder()
                    .master("local[2,2]")
                    .appName("test")
                    .config("spark.ui.enabled", false)
                    .config("spark.sql.shuffle.partitions", 1)
                    .config("spark.sql.codegen.wholeStage", false)
                    .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
                    .config(FaultyFileSystem.SETTING, FaultyFileSystem.class.getName())
                    .getOrCreate();
        }
        return shared.newSession();
    }

    /** Stops it, for tests that need a Spark with settings of their own. */
    public static synchronized void stop() {
        if (shared != null) {
            shared.stop();
            shared = null;
        }
    }
}
