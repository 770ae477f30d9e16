package io.octospark.xrt.xclbin;

import java.util.List;
import java.util.Optional;

/**
 * A compute unit: one copy of a kernel in the design.
 *
 * @param kernel such as {@code dotprod}
 * @param name of the copy, such as {@code dotprod_1}; unique in a design
 * @param baseAddress of its registers, unsigned
 * @param arguments by id, without gaps
 */
public record KernelInstance(
        String kernel, String name, long baseAddress, Control control, List<KernelArgument> arguments) {
    /** How it is started. */
    public enum Control implements Coded {
        AP_CTRL_HS(0),
        AP_CTRL_CHAIN(1),
        AP_CTRL_NONE(2),
        AP_CTRL_ME(3),
        ACCEL_ADAPTER(4),
        FAST_ADAPTER(5),
        UNKNOWN(0xff);

        private final int code;

        Control(int code) {
            this.code = code;
        }

        @Override
        public int code() {
            return code;
        }
    }

    public KernelInstance {
        arguments = List.copyOf(arguments);
    }

    /** Returns the argument of this name. */
    public Optional<KernelArgument> argument(String argumentName) {
        return arguments.stream()
                .filter(argument -> argument.name().equals(argumentName))
                .findFirst();
    }
}
