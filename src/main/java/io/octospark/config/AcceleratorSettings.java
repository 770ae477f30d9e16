package io.octospark.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * Settings for the use of cards.
 *
 * @param library the Xilinx Runtime's library on every host, name or path
 * @param timeLimit time limit of one call of a compute unit; OctoSpark stops using a unit that takes longer
 * @param gridsInFlight grids that one compute unit works on at the same time
 * @param residualRefresh passes from one computation of the residual to the next
 */
public record AcceleratorSettings(String library, Duration timeLimit, int gridsInFlight, int residualRefresh)
        implements Serializable {
    /** The settings of an experiment that gives none. */
    public static final AcceleratorSettings DEFAULT =
            new AcceleratorSettings("libxrt_coreutil.so.2", Duration.ofSeconds(30), 3, 10);
}
