package io.octospark.cli.results;

import io.octospark.cli.options.OutputFormat;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Set;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.InsertIntoDir;
import org.apache.spark.sql.catalyst.plans.logical.InsertIntoStatement;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.jdk.javaapi.CollectionConverters;

/** Runner for the user's statements. It runs only statements that read. */
final class SqlQueries {
    private static final String REMEDY = "correct the query";

    /** First words of statements that only describe tables and queries. */
    private static final Set<String> TELLING = Set.of("SHOW", "DESCRIBE", "DESC", "EXPLAIN");

    /** First words of queries. The rest of a query may still write, as in FROM grids INSERT INTO. */
    private static final Set<String> QUERIES = Set.of("SELECT", "WITH", "VALUES", "TABLE", "FROM", "(");

    private SqlQueries() {}

    /**
     * Checks that a statement only reads.
     *
     * @throws InvalidInputException if the statement writes, or is not SQL
     */
    static void requireReading(SqlScript.Statement statement) {
        if (TELLING.contains(statement.firstWord())) {
            return;
        }
        try {
            LogicalPlan plan = new CatalystSqlParser().parsePlan(statement.text());
            if (QUERIES.contains(statement.firstWord()) && !writes(plan)) {
                return;
            }
        } catch (Exception e) {
            // Scala declares no checked exceptions. A statement that this parser does not know counts as writing.
            if (e instanceof AnalysisException analysis
                    && analysis.getSimpleMessage().strip().startsWith("[PARSE_SYNTAX_ERROR]")) {
                throw refused(analysis);
            }
        }
        throw new InvalidInputException(
                ErrorCode.QUERY_NOT_READING,
                "query: '%s': only statements that read are run: SELECT, WITH, VALUES, TABLE, FROM,"
                                .formatted(beginning(statement))
                        + " SHOW, DESCRIBE and EXPLAIN",
                "change the tables with another program");
    }

    private static String beginning(SqlScript.Statement statement) {
        String line = statement.text().replaceAll("\\s+", " ");
        return line.length() <= 40 ? line : line.substring(0, 40) + "...";
    }

    private static boolean writes(LogicalPlan plan) {
        return plan instanceof Command
                || plan instanceof InsertIntoStatement
                || plan instanceof InsertIntoDir
                || CollectionConverters.asJava(plan.children()).stream().anyMatch(SqlQueries::writes);
    }

    /**
     * Runs a statement that reads, and prints its rows.
     *
     * @throws InvalidInputException if Spark refuses the statement or its values, with one message
     */
    static void print(SparkSession spark, SqlScript.Statement statement, OutputFormat format, PrintWriter out)
            throws IOException {
        requireReading(statement);
        spark.sparkContext().setJobDescription(beginning(statement));
        try {
            format.print(spark.sql(statement.text()), out);
            out.flush();
        } catch (Exception e) {
            if (e instanceof AnalysisException analysis) {
                throw refused(analysis);
            }
            // Spark finds errors in values, such as a division by zero, only when the query runs.
            if (Messages.rootCause(e) instanceof SparkThrowable) {
                throw new InvalidInputException(ErrorCode.QUERY_FAILED, "query: " + Messages.cause(e), REMEDY);
            }
            throw e;
        }
    }

    private static InvalidInputException refused(AnalysisException e) {
        return new InvalidInputException(
                ErrorCode.QUERY_INVALID,
                "query: " + e.getSimpleMessage().strip().replaceAll("\\s+", " "),
                REMEDY);
    }
}
