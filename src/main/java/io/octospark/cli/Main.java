package io.octospark.cli;

import io.octospark.cli.bench.BenchCommand;
import io.octospark.cli.options.ErrorLines;
import io.octospark.cli.options.ExitCode;
import io.octospark.cli.results.CompareCommand;
import io.octospark.cli.results.ExportCommand;
import io.octospark.cli.results.ImportCommand;
import io.octospark.cli.results.PictureCommand;
import io.octospark.cli.results.ReportCommand;
import io.octospark.cli.results.SqlCommand;
import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.error.Messages;
import io.octospark.results.BuildInfo;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry point of all commands; {@code submit-scripts/octospark} starts it through spark-submit. */
@Command(
        name = "octospark",
        description = "Full-waveform inversion of many grids on a cluster of accelerators.",
        subcommands = {
            RunCommand.class,
            PlanCommand.class,
            CheckCommand.class,
            DevicesCommand.class,
            HostsCommand.class,
            SqlCommand.class,
            CompareCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            ReportCommand.class,
            PictureCommand.class,
            GenerateCommand.class,
            SimulateCommand.class,
            XclbinCommand.class,
            BenchCommand.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed while running",
            "2:wrong usage or configuration; nothing was done",
            "3:finished, but some grids failed"
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        if (isOnYarnInClusterMode()) {
            runForApplicationMaster(args);
        } else {
            System.exit(execute(args));
        }
    }

    private static boolean isOnYarnInClusterMode() {
        return "yarn".equals(System.getProperty("spark.master"))
                && "cluster".equals(System.getProperty("spark.submit.deployMode"));
    }

    /**
     * Runs a command for Spark's application master. The master takes every exit of the JVM for a failure, with any exit
     * code, and reports only exceptions to the user who submitted the application.
     *
     * @throws CommandFailedException instead of an exit code other than 0
     */
    static void runForApplicationMaster(String... args) {
        List<String> errors = new ArrayList<>();
        CommandLine commandLine = commandLine();
        commandLine.setParameterExceptionHandler((e, arguments) -> {
            errors.add(e.getMessage());
            return usageError(e, arguments);
        });
        commandLine.setExecutionExceptionHandler((e, command, parsed) -> {
            errors.add(Messages.cause(e));
            return failure(e, command, parsed);
        });
        int exitCode = execute(commandLine, args);
        if (exitCode == ExitCode.SOME_GRIDS_FAILED) {
            errors.add("some grids failed");
        }
        if (exitCode != ExitCode.DONE) {
            throw new CommandFailedException(
                    "octospark ended with exit code " + exitCode + ": " + String.join("; ", errors));
        }
    }

    /** Runs a command and returns its exit code. */
    static int execute(String... args) {
        return execute(commandLine(), args);
    }

    private static int execute(CommandLine commandLine, String... args) {
        if (args.length == 0) {
            commandLine.usage(commandLine.getErr());
            return ExitCode.INVALID_INPUT;
        }
        return commandLine.execute(args);
    }

    private static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(Main::usageError);
        commandLine.setExecutionExceptionHandler(Main::failure);
        return commandLine;
    }

    private static int usageError(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        ErrorLines.print(err, ErrorCode.USAGE, e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.INVALID_INPUT;
    }

    private static int failure(Exception e, CommandLine commandLine, ParseResult parsed) {
        Failure failure = Failure.of(e);
        if (failure.code() == ErrorCode.INTERNAL) {
            // A report needs the trace. Messages of all other failures say enough.
            LoggerFactory.getLogger(Main.class).error("The command failed", e);
        }
        ErrorLines.print(commandLine.getErr(), failure);
        return ExitCode.of(e);
    }

    /** The failure of a command; its message says all. */
    static final class CommandFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CommandFailedException(String message) {
            super(message, null, false, false);
        }
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            BuildInfo build = BuildInfo.current();
            return new String[] {"octospark " + build.version() + " " + build.gitCommit()};
        }
    }
}
