package io.octospark.cli.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.results.HandMadeResults;
import io.octospark.results.ResultStore;
import io.octospark.results.ResultView;
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

/** The statements of docs/sql.md open the tables in a session that knows nothing of OctoSpark. */
@Tag("every-spark")
class SqlPageTest {
    private static final Path VIEWS = Path.of("src/main/resources/io/octospark/results/views");

    @TempDir
    private Path results;

    private static List<SqlScript.Statement> block(String page, String before) {
        Matcher block = Pattern.compile(Pattern.quote(before) + ".*?```sql\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).isTrue();
        return SqlScript.of(block.group(1)).all();
    }

    @Test
    void theTablesOpenAndTheViewsAreMadeOfTheirFiles() throws IOException {
        String page = Files.readString(Path.of("docs/sql.md"));
        List<SqlScript.Statement> queries = block(page, "The same three queries:");
        assertThat(queries).hasSize(3);
        try (SparkSession octospark = LocalSpark.open()) {
            ResultStore store = new ResultStore(octospark, results.toString());
            HandMadeResults.write(store);
            store.createViews();
            SparkSession other = octospark.newSession();

            block(page, "<!-- tested -->")
                    .forEach(statement -> other.sql(statement.text().replace("'results/", "'" + results + "/")));
            for (ResultView view : ResultView.values()) {
                String text = Files.readString(VIEWS.resolve(view.viewName() + ".sql"));
                // So does the page's Python cut files into statements.
                assertThat(text.split(";\n", -1)).hasSize(2);
                other.sql(text);
            }

            for (SqlScript.Statement query : queries) {
                List<Row> rows = other.sql(query.text()).collectAsList();
                assertThat(rows)
                        .isNotEmpty()
                        .isEqualTo(octospark.sql(query.text()).collectAsList());
            }
        }
    }
}
