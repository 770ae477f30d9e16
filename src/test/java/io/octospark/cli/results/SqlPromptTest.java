package io.octospark.cli.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.options.OutputFormat;
import io.octospark.results.ResultStore;
import io.octospark.spark.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The prompt on a terminal whose keys are pressed by the test. */
@Tag("every-spark")
@Timeout(120)
class SqlPromptTest {
    private static final String CONTROL_C = "\003";
    private static final String CONTROL_D = "\004";
    private static final String PROMPT = "octospark> ";

    private static SparkSession spark;

    @TempDir
    private Path folder;

    private final Screen screen = new Screen();
    private PipedOutputStream keys;
    private Terminal terminal;
    private Thread prompt;
    private Path history;

    /** What the terminal shows; the test waits for what it expects. */
    private static final class Screen extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int seen;

        @Override
        public synchronized void write(int b) {
            bytes.write(b);
            notifyAll();
        }

        /** What has come up to and with a text, since the last call. */
        synchronized String await(String text) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (true) {
                String all = bytes.toString(StandardCharsets.UTF_8);
                int at = all.indexOf(text, seen);
                if (at >= 0) {
                    String shown = all.substring(seen, at + text.length());
                    seen = at + text.length();
                    return shown;
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                assertThat(left)
                        .as("'%s' in what came: %s", text, all.substring(seen))
                        .isPositive();
                wait(left);
            }
        }
    }

    @BeforeAll
    static void startSpark(@TempDir Path results) {
        spark = LocalSpark.open();
        new ResultStore(spark, results.toString()).createViews();
    }

    @BeforeEach
    void open() throws Exception {
        history = SqlPrompt.history(Map.of("XDG_STATE_HOME", folder.toString()));
        start();
    }

    private void start() throws Exception {
        keys = new PipedOutputStream();
        terminal = new ExternalTerminal("test", "ansi", new PipedInputStream(keys), screen, StandardCharsets.UTF_8);
        terminal.setSize(new Size(120, 40));
        SqlPrompt asked = new SqlPrompt(spark, OutputFormat.CSV, terminal, history);
        prompt = new Thread(() -> {
            try {
                asked.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        prompt.start();
        screen.await(PROMPT);
    }

    @AfterEach
    void end() throws Exception {
        press(CONTROL_D);
        prompt.join();
        terminal.close();
    }

    private void press(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    @Test
    void statementsOverSeveralLines() throws Exception {
        press("SELECT 'a;b' AS text,\r");
        screen.await("-> ");
        press("1 + 1 AS two; SELECT 3 AS three;\r");
        screen.await("text,two");
        screen.await("a;b,2");
        screen.await("three");
        screen.await(PROMPT);
    }

    @Test
    void aMistakeEndsTheStatementOnly() throws Exception {
        press("SELECT colour FROM grids;\r");
        screen.await("error[QUERY_INVALID]: query: [UNRESOLVED_COLUMN");
        assertThat(screen.await(PROMPT)).doesNotContain("\tat ");
        press("DROP VIEW grids;\r");
        screen.await("error[QUERY_NOT_READING]: query: 'DROP VIEW grids': only statements that read are run");
        screen.await(PROMPT);
        press("SELECT count(*) AS grids FROM grids;\r");
        screen.await("grids\r\n0\r\n");
        screen.await(PROMPT);
    }

    @Test
    void controlCForgetsTheLine() throws Exception {
        press("SELECT nonsense");
        screen.await("nonsense");
        press(CONTROL_C);
        screen.await(PROMPT);
        press("SELECT 40 + 2 AS answer;\r");
        assertThat(screen.await("answer\r\n42")).doesNotContain("error");
        screen.await(PROMPT);
    }

    @Test
    void controlCStopsTheQueryThatRuns() throws Exception {
        press(
                "SELECT max(a.id * b.id) AS most FROM range(1000000000) a CROSS JOIN range(1000000000) b WHERE a.id > b.id;\r");
        screen.await("b.id;");
        while (spark.sparkContext().statusTracker().getActiveJobIds().length == 0) {
            Thread.onSpinWait();
        }
        press(CONTROL_C);
        assertThat(screen.await(PROMPT)).contains("error[QUERY_FAILED]: ").containsIgnoringCase("cancelled");
        press("SELECT 40 + 2 AS answer;\r");
        screen.await("answer\r\n42");
        screen.await(PROMPT);
    }

    @Test
    void helpAndTab() throws Exception {
        press("help\r");
        assertThat(screen.await(PROMPT))
                .contains("runs, units, grids, timings, device_samples")
                .contains("v_throughput, v_scaling");
        press("SELECT joules_per_grid FROM v_ener\t");
        screen.await("v_energy_per_grid");
        press(";\r");
        screen.await("joules_per_grid\r\n");
        screen.await(PROMPT);
    }

    @Test
    void quitEndsAndTheHistoryIsThereTheNextTime() throws Exception {
        press("SELECT 7 * 6 AS answer;\r");
        screen.await("answer\r\n42");
        screen.await(PROMPT);
        press("quit;\r");
        prompt.join();
        terminal.close();

        assertThat(history).isEqualTo(folder.resolve("octospark/sql_history")).isRegularFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");

        Files.setPosixFilePermissions(history, PosixFilePermissions.fromString("rw-r--r--"));
        start();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");
        press("\033[A\033[A\r");
        screen.await("answer\r\n42");
        screen.await(PROMPT);
    }
}
