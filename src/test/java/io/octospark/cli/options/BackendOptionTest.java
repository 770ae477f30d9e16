package io.octospark.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.compute.Backend;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.config.ExperimentReader;
import io.octospark.model.Precision;
import io.octospark.results.RunRecord;
import io.octospark.results.StoredRun;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BackendOptionTest {
    private static final Experiment NOTEBOOK = ExperimentReader.read(Path.of("conf/notebook.json"), Optional.empty());
    private static final String REDUCED = "reduced operator: the triangular factor, 50 rows in place of 8000";

    @Command
    private static final class Holder {
        @Mixin
        private BackendOption option;
    }

    private static BackendOption parse(String... arguments) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.option;
    }

    private static StoredRun run(String operator) {
        return new StoredRun("r", "cpu", 10, new RunRecord.Identity("notebook", "{}", operator, "c", "d", "{}"));
    }

    private static void assertReduced(BackendOption option, String... lines) {
        StringWriter err = new StringWriter();
        Backend backend = option.choose(NOTEBOOK, true, 10, 1 << 30, new PrintWriter(err));
        assertThat(backend).isEqualTo(new CpuBackend(Precision.FLOAT64, OperatorForm.REDUCED));
        assertThat(err.toString().lines()).containsExactly(lines);
    }

    @Test
    void aReducedOperatorSaysWhichRowsItHas() {
        assertReduced(parse("--backend=cpu", "--operator=reduced"), REDUCED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"folded", "COMPRESSED"})
    void anOldNameIsNamedInALine(String given) {
        assertReduced(
                parse("--backend=cpu", "--operator=" + given),
                "--operator " + given + " is now called reduced",
                REDUCED);
    }

    /** Its units and its operator are those that the tables have. */
    @Test
    void aRunBegunUnderAnOldNameIsResumed() {
        BackendOption option = parse();
        option.complete(run("folded"));
        assertReduced(option, "--operator folded is now called reduced", REDUCED);

        option = parse();
        option.complete(run("reduced"));
        assertReduced(option, REDUCED);
    }
}
