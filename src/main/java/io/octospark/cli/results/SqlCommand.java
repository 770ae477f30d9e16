package io.octospark.cli.results;

import io.octospark.cli.options.ExitCode;
import io.octospark.cli.options.FormatOption;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sql",
        description =
                "Queries the result tables and their views with Spark SQL. Without a query, it prompts for queries on a"
                        + " terminal and reads standard input otherwise.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class SqlCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final int MAX_BYTES = 10 << 20;

    @Parameters(
            arity = "0..*",
            paramLabel = "QUERY",
            description =
                    "Queries, for example \"SELECT cu, count(*) FROM grids GROUP BY cu\"; - reads standard input.")
    private List<String> queries = List.of();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "File with queries, separated by semicolons; - reads standard input. Default: none.")
    private Optional<String> file;

    @Mixin
    private FormatOption format;

    @Mixin
    private ResultsOptions results;

    @Override
    public Integer call() throws IOException {
        if (file.isPresent() && !queries.isEmpty()) {
            throw new InvalidInputException(
                    ErrorCode.OPTIONS_CONFLICT,
                    "--file = " + file.get() + ": there is a query besides",
                    "give one or the other");
        }
        boolean asks = file.isEmpty() && queries.isEmpty() && System.getenv("OCTOSPARK_INTERACTIVE") != null;
        // Faulty queries are reported before Spark starts.
        List<SqlScript.Statement> statements = asks ? List.of() : statements();
        statements.forEach(SqlQueries::requireReading);
        try (SparkSession spark = results.session()) {
            results.storeWithViews(spark);
            if (asks) {
                ask(spark);
            }
            for (SqlScript.Statement statement : statements) {
                SqlQueries.print(spark, statement, format.format(), results.out());
            }
        }
        return ExitCode.DONE;
    }

    private void ask(SparkSession spark) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            new SqlPrompt(spark, format.format(), terminal, SqlPrompt.history(System.getenv())).run();
        }
    }

    private List<SqlScript.Statement> statements() throws IOException {
        List<String> texts = file.isPresent() ? List.of(read(file.get())) : queries;
        if (texts.isEmpty() || texts.equals(List.of(STANDARD_INPUT))) {
            texts = List.of(read(STANDARD_INPUT));
        }
        List<SqlScript.Statement> statements = texts.stream()
                .flatMap(text -> SqlScript.of(text).all().stream())
                .toList();
        if (statements.isEmpty()) {
            throw new InvalidInputException(
                    ErrorCode.QUERY_MISSING,
                    "no query",
                    "give one, name a file with --file, or write one to standard input");
        }
        return statements;
    }

    private static String read(String name) throws IOException {
        if (name.equals(STANDARD_INPUT)) {
            return text("standard input", System.in);
        }
        Path path = Path.of(name);
        if (!Files.isRegularFile(path)) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_FOUND, "--file = " + name + ": no such file", "check the path");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return text("--file = " + name, in);
        }
    }

    private static String text(String name, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new InvalidInputException(
                    ErrorCode.QUERY_INVALID,
                    name + ": more than " + MAX_BYTES + " bytes, the limit of queries",
                    "is it the right file?");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
