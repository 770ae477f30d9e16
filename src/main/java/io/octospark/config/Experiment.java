package io.octospark.config;

import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.model.StartSettings;
import java.util.List;
import java.util.stream.Stream;

/**
 * An experiment as its configuration file describes it, checked.
 *
 * @param name name in the result tables
 * @param problem grid, survey and inversion
 * @param data path or URI of the data set
 * @param dataKind what the data set's numbers are
 * @param start what non-linear inversions start from; null for the background
 * @param replicate how often the data set's grids follow one another
 * @param redundant how often the whole run is repeated
 * @param precision arithmetic of the compute units
 * @param kernels bitstreams with their units; empty for one unit per core
 * @param accelerator how cards are used
 * @param json the configuration, included files in place, names of data sets resolved
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

    /** The problems that units may have to invert: the experiment's own first, then those of its kernels. */
    public Stream<InversionProblem> problems() {
        return Stream.concat(Stream.of(problem), kernels.stream().map(KernelSpec::problem));
    }

    /** The same experiment with other kernels. */
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
