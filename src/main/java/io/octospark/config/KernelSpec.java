package io.octospark.config;

import io.octospark.model.InversionProblem;
import java.io.Serializable;
import java.util.List;

/**
 * A bitstream with its compute units, as the notebook's {@code create_kernel} describes one.
 *
 * @param pathToBitstream the xclbin file
 * @param instances compute units in the bitstream
 * @param batchValues values (not grids) for each of its units; 0 if the data are to be split evenly
 * @param functions for each unit its functions with their memory banks; empty if not given
 * @param host host that the kernel is meant for, or null
 * @param device card by index, bus address or name, or null
 * @param rows measurements that one call of the design takes; 0 if not given
 * @param cols cells that one call of the design takes; 0 if not given
 * @param uuid UUID that the bitstream must have, or null
 * @param problem the inversion that this kernel runs: the experiment's with the kernel's own overrides
 */
public record KernelSpec(
        String pathToBitstream,
        int instances,
        long batchValues,
        List<List<Function>> functions,
        String host,
        String device,
        int rows,
        int cols,
        String uuid,
        InversionProblem problem)
        implements Serializable {

    public KernelSpec {
        functions = List.copyOf(functions);
    }

    /** The same kernel on a host. */
    public KernelSpec on(String otherHost) {
        return new KernelSpec(
                pathToBitstream, instances, batchValues, functions, otherHost, device, rows, cols, uuid, problem);
    }

    /**
     * A function of a compute unit.
     *
     * @param name {@code dotprod_N} or {@code update_N}, N the unit's instance from 1
     * @param banks memory banks of matrix, vector (dotprod) or residual (update), and output; empty if the bitstream
     *     alone is to say
     */
    public record Function(String name, List<String> banks) implements Serializable {
        /** Buffers of a function: matrix, input vector, output. */
        public static final int BUFFERS = 3;

        public Function {
            banks = List.copyOf(banks);
        }
    }
}
