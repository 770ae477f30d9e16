package io.octospark.xrt.xclbin;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A memory bank of a card as a design sees it.
 *
 * @param index its place in the design's list, by which buffers are allocated
 * @param tag its name, such as {@code DDR[0]}, {@code HBM[3]}, {@code bank0} on older platforms
 * @param sizeBytes 0 for streams
 * @param baseAddress unsigned
 * @param used whether the design uses it
 */
public record MemoryBank(int index, String tag, Type type, long sizeBytes, long baseAddress, boolean used) {
    /** What kind of memory, or of connection, it is. */
    public enum Type implements Coded {
        DDR3(0),
        DDR4(1),
        DRAM(2),
        STREAMING(3),
        PREALLOCATED(4),
        AURORA(5),
        HBM(6),
        BRAM(7),
        URAM(8),
        STREAMING_CONNECTION(9),
        HOST(10),
        PS_KERNEL(11),
        UNKNOWN(0xff);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        @Override
        public int code() {
            return code;
        }

        /** Returns whether it is no memory. */
        boolean isStream() {
            return this == STREAMING || this == STREAMING_CONNECTION;
        }
    }

    /**
     * Returns the bank that users call by this name: {@code DDR0}, {@code DDR[0]}, {@code HBM3} or {@code HBM[3]}, in
     * any case. Old platforms call DDR0 bank0: both names are good where the design has only one of them. A bank in use
     * goes before one that is not.
     */
    static Optional<MemoryBank> find(List<MemoryBank> banks, String name) {
        List<UnaryOperator<String>> spellings = List.of(
                MemoryBank::plain,
                text -> plain(text).startsWith("BANK") ? "DDR" + plain(text).substring(4) : plain(text));
        for (UnaryOperator<String> spelling : spellings) {
            for (boolean used : new boolean[] {true, false}) {
                for (MemoryBank bank : banks) {
                    if (bank.used == used
                            && !bank.type.isStream()
                            && spelling.apply(bank.tag).equals(spelling.apply(name))) {
                        return Optional.of(bank);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static String plain(String name) {
        return name.strip().toUpperCase(Locale.ROOT).replaceFirst("^(\\w+)\\[(\\d+)]$", "$1$2");
    }

    /** Returns the names for a message. */
    static String names(List<MemoryBank> banks) {
        List<String> tags = banks.stream()
                .filter(bank -> !bank.type.isStream())
                .map(MemoryBank::tag)
                .distinct()
                .toList();
        return tags.isEmpty() ? "none" : String.join(", ", tags);
    }
}
