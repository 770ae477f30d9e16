package io.octospark.config;

import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.model.StartSettings;
import java.util.List;
import java.util.stream.Stream;

/**
 * An experiment, read from its configuration file and checked.
 *
 * @param name name in the result tables
 * @param problem grid, survey and inversion
 * @param data path or URI of the data set
 * @param dataKind kind of the data set's numbers
 * @param start the model that non-linear inversions start from; null for the background
 * @param replicate number of copies of the data set's grids, one after the other
 * @param redundant number of repeats of the whole run
 * @param precision arithmetic of the compute units
 * @param kernels bitstreams with their units; empty for one unit per core
 * @param accelerator settings for the use of cards
 * @param json the configuration with included files inserted and names of data sets resolved
 * @param notices lines about keys that are accepted without effect
 */
public record Experiment(
        String name,
        InversionProblem problem,
        String data,
        DataKind dataKind,
        StartSettings start,
        int replicate,
        int redundant,
        Precision precision,
        List<KernelSpec> kernels,
        AcceleratorSettings accelerator,
        String json,
        List<String> notices) {

    public Experiment {
        kernels = List.copyOf(kernels);
        notices = List.copyOf(notices);
    }

    /** Returns the problems that units may have to invert: the experiment's own first, then those of its kernels. */
    public Stream<InversionProblem> problems() {
        return Stream.concat(Stream.of(problem), kernels.stream().map(KernelSpec::problem));
    }

    /** Returns this experiment with other kernels. */
    public Experiment with(List<KernelSpec> others) {
        return new Experiment(
                name,
                problem,
                data,
                dataKind,
                start,
                replicate,
                redundant,
                precision,
                others,
                accelerator,
                json,
                notices);
    }
}
