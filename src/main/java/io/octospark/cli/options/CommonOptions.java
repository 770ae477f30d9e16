package io.octospark.cli.options;

import io.octospark.error.UriPasswords;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of all commands that use Spark and the results. */
public final class CommonOptions {
    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "results",
            description = "Folder of the result tables: a local folder or any path that Hadoop can open."
                    + " Default: ${DEFAULT-VALUE}.")
    private String results;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "Spark's master, for example local[4], spark://host:7077 or yarn. Default: local[*].")
    private Optional<String> master;

    public String results() {
        return UriPasswords.requireNone("--results", results);
    }

    public Optional<String> master() {
        return master;
    }
}
