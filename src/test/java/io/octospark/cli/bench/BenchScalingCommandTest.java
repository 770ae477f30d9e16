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

class BenchScalingCommandTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void quickSpark() {
        System.setProperty("spark.ui.enabled", "false");
        // Logging takes the standard error that it finds first, which must not be one that a test captures.
        LoggerFactory.getLogger(BenchScalingCommandTest.class);
    }

    @AfterAll
    static void usualSpark() {
        System.clearProperty("spark.ui.enabled");
    }

    @AfterEach
    void forgetCards() {
        CardPools.ofProcess().close();
        EmulatorOptions.forget(List.of(
                "OCTOSPARK_EMU_CARDS", "OCTOSPARK_EMU_BDFS", "OCTOSPARK_EMU_DOTPROD_MS", "OCTOSPARK_EMU_UPDATE_MS"));
    }

    @Test
    void runsEverySizeAndPrintsItsTimes() {
        Commands.Outcome outcome = Commands.execute(
                "bench",
                "scaling",
                "--units=2,1",
                "--grids-per-unit=3",
                "--repeats=2",
                "--call-ms=1",
                "--format=csv",
                "--results=" + folder);

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).hasSize(3);
        assertThat(outcome.out().get(0))
                .isEqualTo(
                        "units,grids,stage_seconds,stage_min,stage_max,efficiency,driver_gap_seconds,driver_gap_max");
        assertThat(outcome.out().get(1)).matches("1,3,([0-9.]+,){3}1\\.0,[0-9.]+,[0-9.]+");
        assertThat(outcome.out().get(2)).matches("2,6,([0-9.]+,){4}[0-9.]+,[0-9.]+");
        assertThat(Commands.execute(
                                "sql",
                                "--master=local[2]",
                                "--format=csv",
                                "--results=" + folder,
                                "SELECT compute_units, grids_done, status, backend, config_json LIKE '%\"replicate\":2%' AS two"
                                        + " FROM runs ORDER BY started_at",
                                "SELECT iterations, count(*) AS grids, count(DISTINCT grid_id, run_id) AS ids FROM grids"
                                        + " GROUP BY iterations")
                        .out())
                .containsExactly(
                        "compute_units,grids_done,status,backend,two",
                        "2,6,complete,xrt-emulated,true",
                        "2,6,complete,xrt-emulated,true",
                        "1,3,complete,xrt-emulated,true",
                        "2,6,complete,xrt-emulated,true",
                        "1,3,complete,xrt-emulated,true",
                        "iterations,grids,ids",
                        "10,24,24");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --units=1,65       | error[USAGE]: --units = 65: must be from 1 to 64; correct the value
                    --grids-per-unit=0 | error[USAGE]: --grids-per-unit = 0: must be from 1 to 10000; correct the value
                    --repeats=0        | error[USAGE]: --repeats = 0: must be from 1 to 1000; correct the value
                    --call-ms=0        | error[USAGE]: --call-ms = 0: must be from 1 to 10000; correct the value
                    """)
    void wrongOption(String option, String error) {
        Commands.Outcome outcome =
                Commands.execute("bench", "scaling", option, "--results=" + folder.resolve("results"));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
        assertThat(outcome.err()).startsWith(error + System.lineSeparator());
        assertThat(folder.resolve("results")).doesNotExist();
    }
}
