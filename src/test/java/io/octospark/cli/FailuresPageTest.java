package io.octospark.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.BadInputs.BadInput;
import io.octospark.error.ErrorCode;
import io.octospark.error.ErrorCode.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/failures.md} lists the failures: each code with what {@link ErrorCode} says about it and a message that a test
 * produces, and the messages of the scripts. The prose is the page's own; the tables are made here.
 */
class FailuresPageTest {
    private static final Path PAGE = Path.of("docs/failures.md");
    private static final Path SCRIPTS = Path.of("submit-scripts");
    private static final String CODES = "\n## Codes\n";
    private static final String SCRIPTS_SECTION = "## Messages of the scripts\n";
    private static final String SCRIPTS_TABLE = "| script | message |\n|---|---|\n";

    /** Stands for the part of a message that differs from case to case. */
    private static final String ANYTHING = "...";

    /** Texts come first: they may contain what looks like a comment. */
    private static final Pattern COMMENT_OR_TEXT = Pattern.compile(
            "\"\"\"[\\s\\S]*?\"\"\"|\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\n]|\\\\.)+'|//[^\n]*|/\\*[\\s\\S]*?\\*/");

    /** Shown in a row of {@code octospark check}, not printed with its code. */
    private static final Set<ErrorCode> WITHOUT_CODE = EnumSet.of(ErrorCode.NO_CARDS);

    private static final Map<ErrorCode, String> WITHOUT_EXAMPLE =
            new EnumMap<>(Map.of(ErrorCode.NO_FONTS, "(no example: tests run on hosts with fonts)"));

    /** Examples of codes that {@link BadInputs} lacks; tests that name the code have their text. */
    private static final Map<ErrorCode, String> EXAMPLES = new EnumMap<>(Map.ofEntries(
            entry(
                    ErrorCode.ENVIRONMENT_VARIABLE,
                    "OCTOSPARK_EMU_CARDS = ...: must be 0 to 64; correct or unset the variable"),
            entry(ErrorCode.GRID_ATTEMPTS, "units fail with it, again when it was alone on one: ..."),
            entry(
                    ErrorCode.RUN_NOT_RESUMABLE,
                    "--resume = elsewhere: was imported, not computed here; start a new run"),
            entry(ErrorCode.DATA_NOT_MADE, "grid 2: the forward model can't make its data: ..."),
            entry(ErrorCode.NO_SUCH_RUN, "run three: no such run in ..."),
            entry(
                    ErrorCode.NO_SUCH_GRID,
                    "grid 8, repeat 0: run ... has no such grid; it has grids 0 to 7, repeats 0 to 0"),
            entry(ErrorCode.RUN_NOT_EXPORTABLE, "run open: no repeat of it has ended; export runs that have"),
            entry(
                    ErrorCode.NO_CARDS,
                    "no card with the driver xocl is on this host; install card and driver, or use --backend xrt-emulated"),
            entry(ErrorCode.TOO_FEW_CARDS, "kernels: more than 1000 cards would be needed; use fewer kernels"),
            entry(
                    ErrorCode.CARDS_IN_USE,
                    "cards of this process are in use with other settings: 1 units are lent; wait for the run that uses them"),
            entry(
                    ErrorCode.UNITS_IN_USE,
                    "resource fpga: 2 compute unit(s) wanted, this host has 4 (2 card(s), OCTOSPARK_FPGA_UNITS = 2), taken by"
                            + " others: 0000:3b:00.1/cu1, ...; end what has them ..."),
            entry(
                    ErrorCode.BITSTREAM_MODE,
                    "...: was built for ..., XRT runs hw here (XCL_EMULATION_MODE is not set); name a file for that"),
            entry(
                    ErrorCode.BITSTREAM_KERNELS,
                    "a.xclbin: dotprod_1 must have 3 buffers as arguments, it has [matrix, vector, count]; name a bitstream"
                            + " with OctoRay's kernels"),
            entry(
                    ErrorCode.EMULATOR_MISSING,
                    "the emulated card (kernels_3_5.so) is not in this build of OctoSpark; build it with ./mvnw package, which"
                            + " needs g++ and make"),
            entry(
                    ErrorCode.MASTER_RESOURCES,
                    "spark.task.resource.fpga.amount = 1: a local[2] master offers no such resource and Spark would wait for"
                            + " it for ever; remove the setting or name a cluster with --master"),
            entry(
                    ErrorCode.APPLICATION_ENDED,
                    "--master = yarn: the application ended before all executors were there (Spark context stopped while"
                            + " waiting for backend); the messages above say why, or the logs of its containers (yarn logs)"),
            entry(
                    ErrorCode.EXECUTORS_MISSING,
                    "--master = ...: no executor has come from 127.0.0.2, 127.0.0.3 in 10 s, with"
                            + " spark.executor.resource.fpga.amount = 3; executors are on: none; see in the master's web page"
                            + " whether workers are alive and offer so many units, or change the amount"),
            entry(
                    ErrorCode.EVENT_LOG,
                    "spark.eventLog.dir = hdfs://127.0.0.1:1/events: can't be made: ...; name another folder, or leave"
                            + " spark.eventLog.enabled out"),
            entry(
                    ErrorCode.TOO_FEW_HOSTS,
                    "kernels: 2 name no host, of the 2 hosts of the cluster 1 are left; add hosts or use fewer kernels"),
            entry(
                    ErrorCode.XRT_NOT_LOADED,
                    "load: XILINX_XRT is not set on host ...; install the Xilinx Runtime on this host (Debian: apt-get install"
                            + " libxrt1) and set XILINX_XRT to its folder"),
            entry(
                    ErrorCode.CARD_NOT_OPENED,
                    "card 0: xrtDeviceOpen: the card cannot be opened; see which cards xbutil examine lists"),
            entry(
                    ErrorCode.CARD_LOCKED,
                    "card 0000:65:00.1: lock: another process or thread has been programming the card for 1 ms; end the one"
                            + " that holds ..."),
            entry(
                    ErrorCode.BITSTREAM_NOT_LOADED,
                    "card 0: xrtDeviceLoadXclbinFile: the card refused design.xclbin; see standard error for XRT's reason: a"
                            + " file for another platform, or a card in use with another xclbin"),
            entry(
                    ErrorCode.UNIT_NOT_OPENED,
                    "card 0, unit ...: xrtPLKernelOpenExclusive: the unit cannot be opened; check that the xclbin has it and that nobody"
                            + " else has it open exclusively"),
            entry(
                    ErrorCode.UNIT_NOT_STARTED,
                    "...xrtRunStart: not started; reset the card, and see standard error for the reason"),
            entry(
                    ErrorCode.UNIT_TIMED_OUT,
                    "...xrtRunWaitFor: not over within the time limit of 10 ms: TIMEOUT, allowed: COMPLETED; reset the card"
                            + " (xbutil reset), or raise the limit where the problem is large"),
            entry(
                    ErrorCode.UNIT_FAILED,
                    "...xrtRunWaitFor: the execution failed: ERROR, allowed: COMPLETED; reset the card (xbutil reset)"),
            entry(
                    ErrorCode.UNIT_WRONG,
                    "card 0000:3b:00.1, unit dotprod_1: self-test: the product differs from the CPU's: relative difference:"
                            + " ..., allowed: at most 0.001; reset the card ..."),
            entry(
                    ErrorCode.UNIT_NOT_USABLE,
                    "card 0000:3b:00.1, unit dotprod_1: product: the unit is not usable: the task has given it back; use"
                            + " another unit"),
            entry(
                    ErrorCode.UNITS_EXHAUSTED,
                    "card 0, unit dotprod_1: open: no unit of ... is left; it failed with: card 0000:3b:00.1, unit dotprod_1:"
                            + " self-test..."),
            entry(
                    ErrorCode.CARD_MEMORY_FULL,
                    "...xrtBOAlloc: no memory on the card in group 0 or on the host: 16; use a smaller problem, or close what"
                            + " holds the memory"),
            entry(ErrorCode.TRANSFER_FAILED, "...xrtBOSync: no transfer to the card: 16 bytes at 0; reset the card"),
            entry(
                    ErrorCode.XRT_MISUSE,
                    "...xrtBOSync: outside of the buffer: 7 bytes at 4090, allowed: within 4096 bytes;..."),
            entry(ErrorCode.INTERRUPTED, "...lock: interrupted while waiting for ..."),
            entry(ErrorCode.INTERNAL, "a bug; report it with the log"),
            entry(ErrorCode.GRID_DATA, "the squared norm of the data is NaN, its inverse is not a number"),
            entry(ErrorCode.GRID_DATA_NOT_MADE, "the data of the true contrast: ..."),
            entry(ErrorCode.GRID_DIVERGED, "the cost of pass 1 is Infinity"),
            entry(ErrorCode.GRID_FORWARD_MODEL, "outer pass 1: no field at frequency 0"),
            entry(ErrorCode.GRID_DEADLINE, "took longer than 0.5 s (--grid-deadline)"),
            entry(ErrorCode.RESUME_DIFFERS, "...is not the data that the run was started with ..."),
            entry(ErrorCode.RUN_IN_USE, "...works on it; wait for its end, or end it and try again")));

    /** The source of each test, without comments and with the parts of texts joined. */
    private static final Map<Path, String> TESTS = new TreeMap<>();

    @BeforeAll
    static void readTests() throws IOException {
        for (String folder : List.of("src/test/java", "src/test-yarn/java")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith("FailuresPageTest.java") && !file.endsWith("BadInputs.java"))
                        .toList()) {
                    TESTS.put(
                            file,
                            COMMENT_OR_TEXT
                                    .matcher(Files.readString(file))
                                    .replaceAll(match -> match.group().startsWith("/")
                                            ? ""
                                            : Matcher.quoteReplacement(match.group()))
                                    .replaceAll("\"\\s*\\+\\s*\"", ""));
                }
            }
        }
    }

    /** Whether a test names the code, in Java or in what is printed, beside the example's text. */
    private static boolean isProduced(ErrorCode code, String example) {
        Pattern name = Pattern.compile("ErrorCode\\." + code + "\\b|error\\[" + code + "\\]");
        List<String> parts = List.of(example.split(Pattern.quote(ANYTHING), -1));
        return TESTS.values().stream()
                .filter(test ->
                        WITHOUT_CODE.contains(code) || name.matcher(test).find())
                .anyMatch(test -> parts.stream().allMatch(test::contains));
    }

    /** Examples that {@link BadInputsTest} produces. */
    private static Map<ErrorCode, String> examplesOfBadInputs() {
        Map<ErrorCode, String> examples = new EnumMap<>(ErrorCode.class);
        for (BadInput input : BadInputs.all()) {
            examples.putIfAbsent(
                    input.code(), input.message().replace("DIR/", "").replace("HERE/", ""));
        }
        return examples;
    }

    @Test
    void everyExampleIsProducedByATest() {
        Set<ErrorCode> ofBadInputs = examplesOfBadInputs().keySet();
        assertThat(EXAMPLES).doesNotContainKeys(ofBadInputs.toArray(ErrorCode[]::new));
        assertThat(EXAMPLES.entrySet())
                .allSatisfy(example -> assertThat(isProduced(example.getKey(), example.getValue()))
                        .as("a test has %s", example)
                        .isTrue());
        assertThat(EnumSet.complementOf(EnumSet.copyOf(ofBadInputs)))
                .allMatch(code -> EXAMPLES.containsKey(code) != WITHOUT_EXAMPLE.containsKey(code));
    }

    /** Writes the page if asked to by {@code -Doctospark.write.pages}. */
    @Test
    void isMadeOfTheCodesAndTheScripts() throws IOException {
        String page = Files.readString(PAGE);
        int codes = page.indexOf(CODES) + CODES.length();
        int scripts = page.indexOf(SCRIPTS_SECTION);
        int messages = page.indexOf(SCRIPTS_TABLE, scripts) + SCRIPTS_TABLE.length();
        String made = page.substring(0, codes) + codes() + page.substring(scripts, messages) + messages();
        if (System.getProperty("octospark.write.pages") != null) {
            Files.writeString(PAGE, made);
        }
        assertThat(PAGE)
                .as("write the page again: ./mvnw test -Dtest=FailuresPageTest -Doctospark.write.pages=true")
                .content()
                .isEqualTo(made);
    }

    private static String codes() {
        Map<ErrorCode, String> examples = examplesOfBadInputs();
        examples.putAll(EXAMPLES);
        StringBuilder text =
                new StringBuilder("\nIn the examples, `...` stands for text that differs from case to case.\n");
        for (Section section : Section.values()) {
            text.append("\n### %s\n\n| code | exit | cause | remedy | example |\n|---|---|---|---|---|\n"
                    .formatted(section.title()));
            for (ErrorCode code : ErrorCode.values()) {
                if (code.section() == section) {
                    String example = examples.containsKey(code) ? "`" + cell(examples.get(code)) + "`" : "";
                    text.append("| `%s` | %d | %s | %s | %s |%n"
                            .formatted(
                                    code,
                                    code.exitCode(),
                                    code.cause(),
                                    code.remedy(),
                                    WITHOUT_EXAMPLE.getOrDefault(code, example)));
                }
            }
        }
        return text.append('\n').toString();
    }

    /** What the scripts end with through refuse or fail; variables keep their names. */
    private static String messages() throws IOException {
        Pattern refusal = Pattern.compile("(?:^|[\\s|&;])(?:refuse|fail)\\s+\"((?:[^\"\\\\]|\\\\.)+)\"");
        StringBuilder rows = new StringBuilder();
        try (Stream<Path> scripts = Files.list(SCRIPTS)) {
            for (Path script : scripts.sorted().filter(Files::isRegularFile).toList()) {
                Matcher messages = refusal.matcher(Files.readString(script));
                while (messages.find()) {
                    rows.append("| `%s` | `%s` |%n".formatted(script.getFileName(), cell(messages.group(1))));
                }
            }
        }
        return rows.toString();
    }

    private static String cell(String message) {
        return message.replace("|", "\\|").replace('`', '\'');
    }

    @Test
    void textsAreSentences() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(List.of(code.cause(), code.remedy()))
                    .allMatch(text -> text.matches("\\S.*\\.") && !text.contains("|"), code + " has sentences");
            assertThat(code.exitCode()).isIn(1, 2, 3);
        }
    }

    @Test
    void isLinkedFromTheReadme() throws IOException {
        assertThat(Path.of("README.md")).content().contains("(docs/failures.md)");
    }
}
