package io.octospark.report;

import io.octospark.config.Experiment;
import io.octospark.data.GridFile;
import io.octospark.data.GridReader;
import io.octospark.error.Messages;
import io.octospark.model.DataKind;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Reads the models that a run has reconstructed from its data set: the result tables do not hold them. */
final class TrueModels {
    private final Configuration configuration;
    private final Experiment experiment;

    TrueModels(Configuration configuration, Experiment experiment) {
        this.configuration = configuration;
        this.experiment = experiment;
    }

    /** Returns the models of some grids by number. If the data set can't be opened any more, all say why. */
    Map<Long, Truth> of(Collection<Long> gridIds) {
        Map<Long, Truth> models = new HashMap<>();
        if (experiment.dataKind() == DataKind.PRESSURE) {
            return all(gridIds, "the model is not known: the data are measured pressures");
        }
        try {
            GridFile file = GridFile.open(
                    experiment.data(),
                    experiment.dataKind(),
                    experiment.problem(),
                    "data in the experiment",
                    configuration);
            double background = experiment.problem().survey().backgroundVelocity();
            for (long gridId : gridIds) {
                try (GridReader reader = file.open(gridId % file.grids(), 1, configuration)) {
                    models.put(gridId, Truth.of(reader.next().contrast(experiment.dataKind(), background)));
                }
            }
            return models;
        } catch (Exception e) {
            // The file is gone, was changed, or is on another host: Hadoop and Spark have many ways to say so.
            return all(
                    gridIds,
                    "the model is not known: the data set " + experiment.data() + " can't be read any more: "
                            + Messages.cause(e));
        }
    }

    private static Map<Long, Truth> all(Collection<Long> gridIds, String reason) {
        Map<Long, Truth> models = new HashMap<>();
        gridIds.forEach(gridId -> models.put(gridId, Truth.unknown(reason)));
        return models;
    }
}
