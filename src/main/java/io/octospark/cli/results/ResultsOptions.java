package io.octospark.cli.results;

import io.octospark.cli.options.CommonOptions;
import io.octospark.results.ResultStore;
import io.octospark.spark.SparkSessions;
import java.io.PrintWriter;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Options and Spark session of the commands that work on a results folder. */
final class ResultsOptions {
    @Mixin
    private CommonOptions common;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Opens a session named after the command. */
    SparkSession session() {
        return SparkSessions.open(spec.name(), common.master());
    }

    /** Returns the results folder. */
    ResultStore store(SparkSession spark) {
        return new ResultStore(spark, common.results());
    }

    /** Returns the results folder with its tables as views of the session. Prints a notice for what they can't show. */
    ResultStore storeWithViews(SparkSession spark) {
        ResultStore store = store(spark);
        store.createViews().forEach(err()::println);
        return store;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
