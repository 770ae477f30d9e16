package io.octospark.xrt.xclbin;

/** The layout of an xclbin (little endian) as the reader and the writer need it: {@code struct axlf} of xclbin.h. */
final class XclbinFormat {
    /** "xclbin2" and a zero byte, as a little-endian number. */
    static final long MAGIC = 0x00326e69626c6378L;

    static final int SIGNATURE_LENGTH = 8;
    static final int UNIQUE_ID = 296;
    static final int LENGTH = 304;
    static final int TIMESTAMP = 312;
    static final int VERSION_PATCH = 328;
    static final int VERSION_MAJOR = 330;
    static final int VERSION_MINOR = 331;
    static final int MODE = 332;
    static final int PLATFORM = 352;
    static final int PLATFORM_BYTES = 64;
    static final int UUID = 416;
    static final int SECTION_COUNT = 448;

    /** Without section headers; C's sizeof(axlf) has one of them in it. */
    static final int HEADER_BYTES = 456;

    static final int SECTION_BYTES = 40;
    static final int SECTION_NAME_BYTES = 16;

    /** Where the first entry of a table starts, and the bytes of each: C aligns entries that hold 64-bit numbers. */
    static final int MEMORIES = 8;

    static final int MEMORY_BYTES = 40;
    static final int MEMORY_TAG_BYTES = 16;
    static final int CONNECTIONS = 4;
    static final int CONNECTION_BYTES = 12;
    static final int IPS = 8;
    static final int IP_BYTES = 80;
    static final int IP_NAME_BYTES = 64;
    static final int CLOCKS = 2;
    static final int CLOCK_BYTES = 136;
    static final int CLOCK_NAME_BYTES = 128;

    static final int IP_KERNEL = 1;

    /** XRT's own limit: the scheduler numbers units with 7 bits. */
    static final int MAX_UNITS = 128;

    /**
     * Keys of the design's size in KEYVALUE_METADATA, the section for users' own notes: {@code xclbinutil --info} lists
     * them, and {@code xclbinutil --key-value USER:octospark_rows:8000} adds them to a bitstream.
     */
    static final String ROWS_KEY = "octospark_rows";

    static final String COLS_KEY = "octospark_cols";

    private static final int SHOWN_CHARACTERS = 60;

    private XclbinFormat() {}

    /** Text out of a file as a message can show it: short and printable. */
    static String shown(String text) {
        String printable = printable(text);
        String part =
                printable.length() <= SHOWN_CHARACTERS ? printable : printable.substring(0, SHOWN_CHARACTERS) + "...";
        return '"' + part + '"';
    }

    /** Returns the text with a question mark for each character that is not printable ASCII. */
    static String printable(String text) {
        char[] characters = text.toCharArray();
        for (int i = 0; i < characters.length; i++) {
            if (characters[i] < ' ' || characters[i] > '~') {
                characters[i] = '?';
            }
        }
        return new String(characters);
    }
}
