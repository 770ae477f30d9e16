package io.octospark.cli.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.fuzz.Fuzz;
import io.octospark.fuzz.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlScriptTest {
    private static SqlScript.Statement statement(String text, String firstWord) {
        return new SqlScript.Statement(text, firstWord);
    }

    @Test
    void theLastStatementNeedsNoSemicolon() {
        SqlScript script = SqlScript.of("select 1;\n  WITH a AS (SELECT 2)\nSELECT * FROM a");

        assertThat(script.statements()).containsExactly(statement("select 1", "SELECT"));
        assertThat(script.rest()).isEqualTo(statement("WITH a AS (SELECT 2)\nSELECT * FROM a", "WITH"));
        assertThat(script.all()).hasSize(2);
    }

    @Test
    void emptyStatementsAndCommentsAreNone() {
        assertThat(SqlScript.of("").all()).isEmpty();
        assertThat(SqlScript.of(" ;; -- a; b\n ; /* c; /* d; */ e; */ ;").all()).isEmpty();
        assertThat(SqlScript.of("-- no end").all()).isEmpty();
        assertThat(SqlScript.of("/* no end").all()).isEmpty();
    }

    @Test
    void semicolonsInStringsNamesAndCommentsEndNothing() {
        String text = "SELECT ';', \"a\\\";\", `b;`, 'it''s;', 1 - -1 -- c;\n /* d; */ FROM /*+ hint; */ t";

        assertThat(SqlScript.of(text + ";").statements()).containsExactly(statement(text, "SELECT"));
        assertThat(SqlScript.of("SELECT 'open;").statements()).isEmpty();
        assertThat(SqlScript.of("SELECT 'open\\").rest()).isEqualTo(statement("SELECT 'open\\", "SELECT"));
    }

    @Test
    void theFirstWordIsLookedForBehindComments() {
        assertThat(SqlScript.of("-- first\n/* second */ values (1);").statements())
                .containsExactly(statement("-- first\n/* second */ values (1)", "VALUES"));
        assertThat(SqlScript.of("(SELECT 1)").rest().firstWord()).isEqualTo("(");
        assertThat(SqlScript.of("FROM(t)").rest().firstWord()).isEqualTo("FROM");
    }

    @Test
    void anyTextIsCutWithoutLoss() {
        byte[] sound =
                "-- one\nSELECT ';', \"a\\\";\", `b;`, 'it''s;' /* c; /* d; */ */ FROM t;\n WITH a AS (SELECT 2) SELECT * FROM a"
                        .getBytes(StandardCharsets.UTF_8);

        Fuzz.run("SQL scripts", 20_000, random -> Mutations.ofText(random, List.of(sound)), input -> () -> {
            String text = new String(input, StandardCharsets.UTF_8);
            SqlScript script = SqlScript.of(text);
            int from = 0;
            for (SqlScript.Statement statement : script.all()) {
                int at = text.indexOf(statement.text(), from);
                assertThat(at).isNotNegative();
                from = at + statement.text().length();
            }
            return script;
        });
    }
}
