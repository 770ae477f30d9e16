package io.octospark.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * How cards are used.
 *
 * @param library the Xilinx Runtime's library on every host, name or path
 * @param timeLimit of one call of a compute unit; a unit that takes longer is given up
 * @param gridsInFlight grids that one compute unit works on at the same time
 * @param residualRefresh passes from one computation of the residual to the next
 */
public record AcceleratorSettings(String library, Duration timeLimit, int gridsInFlight, int residualRefresh)
        implements Serializable {
    /** Settings of an experiment that says nothing. */
    public static final AcceleratorSettings DEFAULT =
            new AcceleratorSettings("libxrt_coreutil.so.2", Duration.ofSeconds(30), 3, 10);
}
