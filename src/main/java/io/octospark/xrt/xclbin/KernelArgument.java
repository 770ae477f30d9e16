package io.octospark.xrt.xclbin;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An argument of a compute unit.
 *
 * @param id its place in the call, from 0
 * @param type of the kernel's source, such as {@code float*}; for scalars it decides how XRT reads the value
 * @param sizeBytes of its register: 8 for a buffer's address
 * @param banks the memory banks in use that it is connected to, by index; one, or a group
 */
public record KernelArgument(int id, String name, Kind kind, String type, int sizeBytes, List<MemoryBank> banks) {
    /** How an argument is given. */
    public enum Kind {
        SCALAR,
        BUFFER,
        /** Local memory or a stream, which OctoSpark's kernels don't have. */
        OTHER
    }

    public KernelArgument {
        banks = List.copyOf(banks);
    }

    KernelArgument withBanks(List<MemoryBank> connected) {
        return new KernelArgument(id, name, kind, type, sizeBytes, connected);
    }

    /** Returns the bank that XRT takes for the argument: of several the last, which is their group. */
    public Optional<MemoryBank> bank() {
        return banks.isEmpty() ? Optional.empty() : Optional.of(banks.get(banks.size() - 1));
    }

    /** Returns what {@code xrtKernelArgGroupId} answers: the largest index among the connected banks. */
    public OptionalInt group() {
        return bank().stream().mapToInt(MemoryBank::index).findFirst();
    }
}
