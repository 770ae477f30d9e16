package io.octospark.cli.bench;

import picocli.CommandLine.Command;

@Command(
        name = "bench",
        description = "Measures OctoSpark on this host.",
        subcommands = {
            BenchThroughputCommand.class,
            BenchScalingCommand.class,
            BenchDesignsCommand.class,
            BenchOperatorsCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class BenchCommand {
    private BenchCommand() {}
}
