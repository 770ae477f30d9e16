package io.octospark.cli.options;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Range check for numeric options. */
public final class OptionRange {
    private OptionRange() {}

    /**
     * Refuses a value outside the range from 1 to {@code max}.
     *
     * @param spec the command whose help the message refers to
     * @param max the largest value; {@link Long#MAX_VALUE} for no limit
     */
    public static void require(CommandSpec spec, String option, long value, long max) {
        if (value < 1 || value > max) {
            String limit = max == Long.MAX_VALUE ? "1 or more" : "from 1 to " + max;
            throw new ParameterException(
                    spec.commandLine(), option + " = " + value + ": must be " + limit + "; correct the value");
        }
    }
}
