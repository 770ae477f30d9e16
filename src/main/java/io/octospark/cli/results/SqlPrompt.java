package io.octospark.cli.results;

import io.octospark.cli.options.ErrorLines;
import io.octospark.cli.options.OutputFormat;
import io.octospark.error.Failure;
import io.octospark.results.ResultTable;
import io.octospark.results.ResultView;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;

/**
 * A prompt for statements on a terminal. A statement may span several lines and ends with a semicolon. An error ends
 * only its own statement.
 */
final class SqlPrompt {
    private static final String PROMPT = "octospark> ";
    private static final String CONTINUED = "        -> ";
    private static final Set<String> ENDS = Set.of("quit", "exit");
    private static final String HELP = "help";

    private static final List<String> KEYWORDS = List.of(
            "SELECT",
            "DISTINCT",
            "FROM",
            "WHERE",
            "GROUP BY",
            "HAVING",
            "ORDER BY",
            "LIMIT",
            "JOIN",
            "LEFT JOIN",
            "ON",
            "USING",
            "WITH",
            "AS",
            "AND",
            "OR",
            "NOT",
            "IN",
            "IS NULL",
            "IS NOT NULL",
            "LIKE",
            "BETWEEN",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "END",
            "UNION ALL",
            "DESC",
            "ASC",
            "SHOW",
            "DESCRIBE",
            "EXPLAIN",
            "count(*)",
            "sum(",
            "avg(",
            "min(",
            "max(",
            "median(");

    private final SparkSession spark;
    private final OutputFormat format;
    private final Terminal terminal;
    private final PrintWriter out;
    private final LineReader reader;

    /**
     * Makes a prompt.
     *
     * @param spark session with the tables and views
     * @param history file for the entered lines, created if possible and readable by its owner only
     */
    SqlPrompt(SparkSession spark, OutputFormat format, Terminal terminal, Path history) {
        this.spark = spark;
        this.format = format;
        this.terminal = terminal;
        out = terminal.writer();
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("octospark")
                .parser(new StatementParser())
                .completer(new StringsCompleter(words(spark)))
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUED)
                .option(LineReader.Option.CASE_INSENSITIVE, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
        if (privateFile(history)) {
            builder.variable(LineReader.HISTORY_FILE, history);
        }
        reader = builder.build();
    }

    /** Returns the file of this user's history, by the XDG Base Directory Specification. */
    static Path history(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path folder =
                state.startsWith("/") ? Path.of(state) : Path.of(System.getProperty("user.home"), ".local", "state");
        return folder.resolve("octospark").resolve("sql_history");
    }

    private static boolean privateFile(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-------");
            if (Files.exists(file)) {
                Files.setPosixFilePermissions(file, mine);
            } else {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(mine));
            }
            return Files.isWritable(file);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Returns the names of tables, views and columns, and the keywords of SQL. */
    private static Set<String> words(SparkSession spark) {
        Set<String> words = new TreeSet<>(KEYWORDS);
        names().forEach(name -> {
            words.add(name);
            words.addAll(Arrays.asList(spark.table(name).columns()));
        });
        words.add(HELP);
        words.addAll(ENDS);
        return words;
    }

    private static Stream<String> names() {
        return Stream.concat(
                Arrays.stream(ResultTable.values()).map(ResultTable::tableName),
                Arrays.stream(ResultView.values()).map(ResultView::viewName));
    }

    /** Prompts until the user ends it. */
    void run() throws IOException {
        out.println("Statements end with ; - help says more, quit or Ctrl-D ends.");
        for (Optional<String> line = read(); line.isPresent(); line = read()) {
            if (line.get().equals(HELP)) {
                help();
            } else {
                SqlScript.of(line.get()).all().forEach(this::print);
            }
        }
    }

    /** Returns the entered text; empty at the end. */
    private Optional<String> read() {
        String line = null;
        while (line == null) {
            try {
                line = reader.readLine(PROMPT);
            } catch (UserInterruptException e) {
                // Ctrl-C discards the line.
                line = null;
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
        String word = word(line);
        return ENDS.contains(word) ? Optional.empty() : Optional.of(word.equals(HELP) ? HELP : line);
    }

    /** Returns the line without a closing semicolon, in lower case, to compare it with the commands. */
    private static String word(String line) {
        return line.strip().replaceAll("\\s*;+$", "").toLowerCase(Locale.ROOT);
    }

    private void print(SqlScript.Statement statement) {
        Terminal.SignalHandler before = terminal.handle(
                Terminal.Signal.INT, signal -> spark.sparkContext().cancelAllJobs());
        try {
            SqlQueries.print(spark, statement, format, out);
        } catch (IOException | RuntimeException e) {
            ErrorLines.print(out, Failure.of(e));
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            out.flush();
        }
    }

    private void help() {
        out.println("Tables  " + join(Arrays.stream(ResultTable.values()).map(ResultTable::tableName)));
        out.println("Views   " + join(Arrays.stream(ResultView.values()).map(ResultView::viewName)));
        out.println("        DESCRIBE NAME; shows the columns of one; docs/results.md says what they mean.");
        out.println("Keys    Tab completes, Up brings back earlier lines, Ctrl-R searches them.");
        out.println("        Ctrl-C clears the line or stops the query that runs; quit or Ctrl-D ends.");
    }

    private static String join(Stream<String> names) {
        return String.join(", ", names.toList());
    }

    /** Parser that takes lines until a statement has ended. Its words are SQL's names. */
    private static final class StatementParser extends DefaultParser {
        StatementParser() {
            setQuoteChars(new char[0]);
            setEscapeChars(new char[0]);
        }

        @Override
        public boolean isDelimiterChar(CharSequence line, int place) {
            return !Character.isJavaIdentifierPart(line.charAt(place));
        }

        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            boolean command = HELP.equals(word(line)) || ENDS.contains(word(line));
            if (context == ParseContext.ACCEPT_LINE
                    && !command
                    && SqlScript.of(line).rest() != null) {
                throw new EOFError(-1, -1, "the statement goes on");
            }
            return super.parse(line, cursor, context);
        }
    }
}
