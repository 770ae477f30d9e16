package io.octospark.spark;

import org.apache.spark.sql.SparkSession;

/** A Spark session inside the test's JVM: two cores, and a second attempt for a failed task. */
public final class LocalSpark {
    private LocalSpark() {}

    public static SparkSession open() {
        return SparkSession.builder()
                .master("local[2,2]")
                .appName("test")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
    }
}
