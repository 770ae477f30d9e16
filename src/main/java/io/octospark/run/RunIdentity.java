package io.octospark.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.config.ConfigHash;
import io.octospark.config.Experiment;
import io.octospark.data.DataHash;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.results.RunRecord;
import io.octospark.results.StoredRun;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Tells whether a run that is resumed is the computation that was begun. */
final class RunIdentity {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RunIdentity() {}

    static RunRecord.Identity of(Experiment experiment, RunOptions options, Configuration configuration) {
        List<String> dataSets = experiment.start() == null
                ? List.of(experiment.data())
                : List.of(experiment.data(), experiment.start().data());
        try {
            ObjectNode placement = MAPPER.createObjectNode();
            placement.put("grids", options.grids().orElse(null));
            placement.put("units", options.units().orElse(null));
            return new RunRecord.Identity(
                    experiment.name(),
                    experiment.json(),
                    options.backend().operator().toString(),
                    ConfigHash.of(experiment.json()),
                    DataHash.of(dataSets, configuration),
                    placement.toString());
        } catch (IOException e) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE,
                    experiment.data() + ": can't be read: " + Messages.cause(e),
                    "check the data set");
        }
    }

    /**
     * Refuses to resume what would be another computation.
     *
     * @param gridsPerRepeat grids of this run
     * @throws InvalidInputException naming what differs
     */
    static void check(StoredRun run, RunRecord.Identity now, Experiment experiment, long gridsPerRepeat) {
        ConfigHash.difference(run.identity().configJson(), experiment.json()).ifPresent(difference -> {
            throw new InvalidInputException(
                    ErrorCode.RESUME_DIFFERS,
                    "--resume = %s: its configuration differs: %s".formatted(run.runId(), difference),
                    "leave --experiment out, or start a new run");
        });
        if (!run.identity().dataHash().equals(now.dataHash())) {
            throw new InvalidInputException(
                    ErrorCode.RESUME_DIFFERS,
                    "--resume = %s: %s is not the data that the run was started with (%s, then %s)"
                            .formatted(
                                    run.runId(),
                                    experiment.data(),
                                    run.identity().dataHash(),
                                    now.dataHash()),
                    "put the data set back, or start a new run");
        }
        long expected = gridsPerRepeat * experiment.redundant();
        if (run.gridsExpected() != expected) {
            throw new InvalidInputException(
                    ErrorCode.RESUME_DIFFERS,
                    "--resume = %s: the run is of %d grids, with these options of %d"
                            .formatted(run.runId(), run.gridsExpected(), expected),
                    "leave --grids out, or start a new run");
        }
        if (!run.identity().optionsJson().equals(now.optionsJson())
                && experiment.problems().distinct().count() > 1) {
            throw new InvalidInputException(
                    ErrorCode.RESUME_DIFFERS,
                    "--resume = %s: was placed with the options %s, now %s, and its kernels compute different problems"
                            .formatted(run.runId(), run.identity().optionsJson(), now.optionsJson()),
                    "give the same options");
        }
    }
}
