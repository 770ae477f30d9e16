package io.octospark.cli.options;

import picocli.CommandLine.Option;

/** The option {@code --format}. */
public final class FormatOption {
    @Option(
            names = "--format",
            defaultValue = "table",
            description = "Output format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    public OutputFormat format() {
        return format;
    }
}
