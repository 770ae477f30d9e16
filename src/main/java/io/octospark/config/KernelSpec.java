package io.octospark.config;

import io.octospark.model.InversionProblem;
import java.io.Serializable;
import java.util.List;

/**
 * A bitstream with its compute units, as the notebook's {@code create_kernel} describes one.
 *
 * @param pathToBitstream the xclbin file
 * @param instances compute units in the bitstream
 * @param batchValues number of values (not grids) for each of its units; 0 to split the data evenly
 * @param functions functions of each unit with their memory banks; empty if not given
 * @param host the kernel's host; may be null
 * @param device card by index, bus address or name; may be null
 * @param rows measurements that one call of the design takes; 0 if not given
 * @param cols cells that one call of the design takes; 0 if not given
 * @param uuid required UUID of the bitstream; may be null
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

    /** Returns this kernel on another host. */
    public KernelSpec on(String otherHost) {
        return new KernelSpec(
                pathToBitstream, instances, batchValues, functions, otherHost, device, rows, cols, uuid, problem);
    }

    /**
     * A function of a compute unit.
     *
     * @param name {@code dotprod_N} or {@code update_N}, N the unit's instance from 1
     * @param banks memory banks of matrix, vector (dotprod) or residual (update), and output; empty to take them from
     *     the bitstream
     */
    public record Function(String name, List<String> banks) implements Serializable {
        /** Number of buffers of a function: matrix, input vector, output. */
        public static final int BUFFERS = 3;

        public Function {
            banks = List.copyOf(banks);
        }
    }
}
