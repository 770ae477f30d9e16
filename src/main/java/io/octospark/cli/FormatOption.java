package io.octospark.cli;

import picocli.CommandLine.Option;

/** The option {@code --format}. */
final class FormatOption {
    @Option(
            names = "--format",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    OutputFormat format() {
        return format;
    }
}
