package io.octospark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.Commands;
import io.octospark.cli.options.ExitCode;
import io.octospark.compute.xrt.CardPools;
import io.octospark.xrt.emulator.EmulatorOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class BenchDesignsCommandTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void quickSpark() {
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.sql.shuffle.partitions", "1");
        // Logging takes the standard error that it finds first, which must not be one that a test captures.
        LoggerFactory.getLogger(BenchDesignsCommandTest.class);
    }

    @AfterAll
    static void usualSpark() {
        System.clearProperty("spark.ui.enabled");
        System.clearProperty("spark.sql.shuffle.partitions");
    }

    @AfterEach
    void forgetCards() {
        CardPools.ofProcess().close();
        EmulatorOptions.forget(List.of("OCTOSPARK_EMU_CARDS"));
    }

    @Test
    void runsEveryCombinationAndEndsWithTheirScaling() {
        Commands.Outcome outcome = Commands.execute(
                "bench",
                "designs",
                "--designs=1000_100_1CU,500_250_HBM",
                "--units=1,2",
                "--nodes=1,2",
                "--repeats=1",
                "--format=csv",
                "--results=" + folder);

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err())
                .contains("nodes: emulated by sets of cards of this process, without a network between them");
        assertThat(outcome.out().get(0))
                .isEqualTo(
                        "experiment,backend,compute_units,nodes,runs,grids_median,wall_seconds_median,"
                                + "grids_per_second_median,grids_per_second_min,grids_per_second_max,base_units,speedup,efficiency");
        // Two units are two of one node, and one of either of two.
        assertThat(outcome.out().subList(1, outcome.out().size()))
                .satisfiesExactly(
                        row -> assertThat(row)
                                .startsWith("designs 1000_100_1CU,xrt-emulated,1,1,1,1.0,")
                                .endsWith(",1,1.0,1.0"),
                        row -> assertThat(row).startsWith("designs 1000_100_1CU,xrt-emulated,2,1,2,2.0,"),
                        row -> assertThat(row).startsWith("designs 1000_100_1CU,xrt-emulated,4,1,1,4.0,"),
                        row -> assertThat(row)
                                .startsWith("designs 500_250_HBM,xrt-emulated,1,1,1,1.0,")
                                .endsWith(",1,1.0,1.0"),
                        row -> assertThat(row).startsWith("designs 500_250_HBM,xrt-emulated,2,1,2,2.0,"),
                        row -> assertThat(row).startsWith("designs 500_250_HBM,xrt-emulated,4,1,1,4.0,"));
        // Where they ran: two units of the larger design share a card, unless they are of two nodes.
        assertThat(Commands.execute(
                                "sql",
                                "--master=local[2]",
                                "--format=csv",
                                "--results=" + folder,
                                "SELECT compute_units, count(DISTINCT device) AS cards, count(DISTINCT cu) AS cus FROM runs"
                                        + " JOIN units USING (run_id) WHERE experiment = 'designs 500_250_HBM'"
                                        + " GROUP BY run_id, compute_units ORDER BY compute_units, cards")
                        .out())
                .containsExactly("compute_units,cards,cus", "1,1,1", "2,1,2", "2,2,1", "4,2,2");
        assertThat(Commands.execute(
                                "sql",
                                "--master=local[2]",
                                "--format=csv",
                                "--results=" + folder,
                                "SELECT DISTINCT size(chi), status, converged FROM grids ORDER BY 1")
                        .out())
                .containsExactly("size(chi),status,converged", "100,done,true", "250,done,true");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --units=0              | error[USAGE]: --units = 0: must be from 1 to 64; correct the value
                    --nodes=65             | error[USAGE]: --nodes = 65: must be from 1 to 64; correct the value
                    --nodes=40             | error[USAGE]: --units times --nodes = 80: must be from 1 to 64; correct the value
                    --repeats=0            | error[USAGE]: --repeats = 0: must be from 1 to 1000; correct the value
                    --grids-per-unit=-1    | error[USAGE]: --grids-per-unit = -1: must be from 1 to 10000; correct the value
                    --backend=cpu          | error[USAGE]: Invalid value for option '--backend': --backend = cpu: must be xrt or xrt-emulated; correct the value
                    --backend=xrt --nodes=2 | error[OPTIONS_CONFLICT]: --nodes = 2: only emulated cards can stand for those of other nodes; on a cluster give octospark run an experiment with a kernel for each host
                    --designs=none,8000_100_1CU | error[NO_SUCH_DESIGN]: --designs = none: not in the catalogue, which has 500_500_HBM, 500_250_HBM, 1000_100_1CU, 2500_100_1CU, 5000_100_1CU, 8000_100_1CU, 5000_100_2CU, 1000_200_1CU, 1000_100_2CU; correct the name
                    """)
    void wrongOption(String options, String error) {
        String[] words = ("bench designs --results=" + folder.resolve("results") + " " + options).split(" ", -1);
        Commands.Outcome outcome = Commands.execute(words);

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.err()).startsWith(error + System.lineSeparator());
        assertThat(folder.resolve("results")).doesNotExist();
    }
}
