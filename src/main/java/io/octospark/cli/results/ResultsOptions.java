package io.octospark.cli.results;

import io.octospark.cli.options.CommonOptions;
import io.octospark.results.ResultStore;
import io.octospark.spark.SparkSessions;
import java.io.PrintWriter;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Options and the session of the commands that work on a results folder. */
final class ResultsOptions {
    @Mixin
    private CommonOptions common;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Opens a session that has the name of the command. */
    SparkSession session() {
        return SparkSessions.open(spec.name(), common.master());
    }

    /** Returns the results folder. */
    ResultStore store(SparkSession spark) {
        return new ResultStore(spark, common.results());
    }

    /** Returns the results folder after its tables have become views of the session, and says what they can't show. */
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
