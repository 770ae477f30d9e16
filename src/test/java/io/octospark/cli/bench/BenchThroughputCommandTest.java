package io.octospark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchThroughputCommandTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void quickSpark() {
        System.setProperty("spark.ui.enabled", "false");
    }

    @AfterAll
    static void usualSpark() {
        System.clearProperty("spark.ui.enabled");
    }

    @Test
    void everySizeIsARunInTheTables() throws IOException {
        StringWriter out = new StringWriter();
        String results = folder.resolve("results").toString();

        int exitCode = new CommandLine(new BenchThroughputCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute("--grids", "1,23", "--cores", "1,2", "--results", results, "--format", "csv");

        assertThat(exitCode).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(0)).isEqualTo("grids,cores,wall_seconds,grids_per_second,peak_heap_mib");
        assertThat(lines.subList(1, lines.size()))
                .extracting(line -> line.substring(0, line.indexOf(',', line.indexOf(',') + 1)))
                .containsExactly("1,1", "23,1", "1,2", "23,2");
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .getOrCreate()) {
            assertThat(spark.read()
                            .parquet(results + "/grids")
                            .where("status = 'done' AND stop_reason = 'tolerance'")
                            .count())
                    .as("those that warm up too")
                    .isEqualTo(2 * (23 + 1 + 23));
        }
    }

    @Test
    void refusesNumbersOutOfRange() {
        StringWriter err = new StringWriter();

        int exitCode = new CommandLine(new BenchThroughputCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setErr(new PrintWriter(err))
                .execute("--grids", "10,0");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).startsWith("--grids = 0: must be from 1 to 1000000000; correct the value");
    }
}
