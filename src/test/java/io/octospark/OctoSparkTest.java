package io.octospark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.InvalidInputException;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("every-spark")
class OctoSparkTest {
    @TempDir
    private Path folder;

    /** What docs/from-octoray.md shows: the lines between the two comments are those of the page. */
    private static List<Row> notebook(SparkSession spark, String results) {
        // from-octoray.md begins
        OctoSpark.Run run = OctoSpark.on(spark)
                .experiment(Path.of("conf/notebook.json"))
                .results(results)
                .grids(10)
                .units(2)
                .run();
        run.units()
                .select("id", "cu", "grids", "dot_seconds", "upd_seconds", "time_seconds")
                .show();
        List<Row> grids =
                run.grids().select("grid_id", "iterations", "residual", "chi").collectAsList();
        run.runs().select("run_id", "status", "wall_seconds").show();
        // from-octoray.md ends
        return grids;
    }

    @Test
    void theNotebookRunsInTenLines() {
        SparkSession spark = LocalSpark.open();

        List<Row> grids = notebook(spark, folder.toString());

        assertThat(grids).hasSize(10).allSatisfy(grid -> assertThat(grid.getList(3))
                .hasSize(100));
    }

    @Test
    void thePageShowsTheCodeThatIsTested() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/octospark/OctoSparkTest.java"));
        Matcher tested = Pattern.compile("// from-octoray.md begins\n(.*?)\n +// from-octoray.md ends", Pattern.DOTALL)
                .matcher(source);
        assertThat(tested.find()).isTrue();
        String page = Files.readString(Path.of("docs/from-octoray.md"));

        assertThat(page).contains("```java\n" + tested.group(1).stripIndent() + "\n```");
    }

    @Test
    void theUnitsCanBeEmulatedCards() {
        OctoSpark.Run run = OctoSpark.on(LocalSpark.open())
                .experiment(Path.of("conf/notebook.json"))
                .results(folder.toString())
                .grids(2)
                .emulatedCards()
                .run();

        assertThat(run.units().select("backend").distinct().collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly("xrt-emulated");
        assertThat(run.runs().select("status").collectAsList())
                .extracting(row -> row.getString(0))
                .contains("complete");
        assertThat(run.id()).isNotEmpty();
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        OctoSpark.Job job = OctoSpark.on(LocalSpark.open())
                .experiment(Path.of("conf/notebook.json"))
                .results(folder.resolve("none").toString())
                .grids(11);

        assertThatThrownBy(job::run)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("--grids = 11: the data set has 10 grids");
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
