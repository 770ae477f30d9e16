package io.octospark.xrt.xclbin;

/** A clock of a design. */
public record ClockFrequency(String name, Type type, int megahertz) {
    /** What it drives. */
    public enum Type implements Coded {
        UNUSED(0),
        DATA(1),
        KERNEL(2),
        SYSTEM(3),
        UNKNOWN(0xff);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        @Override
        public int code() {
            return code;
        }
    }
}
