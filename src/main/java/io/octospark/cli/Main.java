package io.octospark.cli;

import io.octospark.model.Causes;
import io.octospark.model.InvalidInputException;
import io.octospark.results.BuildInfo;
import io.octospark.xrt.XrtException;
import java.io.PrintWriter;
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
            GenerateCommand.class,
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
            "2:wrong usage or configuration, nothing was done",
            "3:finished, but some grids failed"
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs a command and returns its exit code. */
    static int execute(String... args) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(Main::usageError);
        commandLine.setExecutionExceptionHandler(Main::failure);
        if (args.length == 0) {
            commandLine.usage(commandLine.getErr());
            return ExitCode.INVALID_INPUT;
        }
        return commandLine.execute(args);
    }

    private static int usageError(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("error: " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.INVALID_INPUT;
    }

    private static int failure(Exception e, CommandLine commandLine, ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        if (e instanceof InvalidInputException invalid) {
            invalid.problems().forEach(problem -> err.println("error: " + problem));
            return ExitCode.INVALID_INPUT;
        }
        Throwable root = Causes.root(e);
        if (!(root instanceof XrtException || root instanceof InvalidInputException)) {
            // Not the user's fault, or not known to be: the trace is what a report needs. Of those the message says
            // all.
            LoggerFactory.getLogger(Main.class).error("The command failed", e);
        }
        err.println("error: " + Causes.message(e));
        return ExitCode.FAILED;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            BuildInfo build = BuildInfo.current();
            return new String[] {"octospark " + build.version() + " " + build.gitCommit()};
        }
    }
}
