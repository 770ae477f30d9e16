package io.octospark.cli.results;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.InvalidInputException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-spark")
class SqlQueriesTest {
    private static void check(String text) {
        SqlQueries.requireReading(SqlScript.of(text).rest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM v_throughput",
                "WITH update AS (SELECT 1 AS merge) SELECT merge FROM update",
                "VALUES (1), (2)",
                "TABLE runs",
                "FROM runs SELECT run_id",
                "(SELECT 1) UNION ALL (SELECT 2)",
                "SELECT 'INSERT INTO runs' AS text",
                "SHOW TABLES",
                "describe runs",
                "DESC grids",
                "EXPLAIN SELECT 1"
            })
    void whatReads(String text) {
        assertThatCode(() -> check(text)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO runs VALUES (1)",
                "WITH a AS (SELECT 1) INSERT INTO runs SELECT * FROM a",
                "FROM grids INSERT INTO runs SELECT *",
                "FROM grids INSERT INTO runs SELECT * INSERT INTO units SELECT *",
                "FROM grids INSERT OVERWRITE DIRECTORY '/tmp/x' USING csv SELECT *",
                "CREATE TABLE t AS SELECT 1",
                "CREATE TEMPORARY VIEW v AS SELECT 1",
                "DROP VIEW runs",
                "DELETE FROM runs",
                "SET spark.sql.shuffle.partitions = 3",
                "CACHE TABLE grids",
                "ADD JAR x.jar",
                "USE elsewhere"
            })
    void whatDoesNot(String text) {
        assertThatThrownBy(() -> check(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("query: '" + text.substring(0, Math.min(40, text.length())))
                .hasMessageEndingWith("': only statements that read are run: SELECT, WITH, VALUES, TABLE, FROM, SHOW,"
                        + " DESCRIBE and EXPLAIN; change the tables with another program");
    }

    @Test
    void whatIsNoSqlIsToldInSparksWords() {
        assertThatThrownBy(() -> check("SELEC 1"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("query: [PARSE_SYNTAX_ERROR] Syntax error at or near 'SELEC'");
    }
}
