package io.octospark.xrt.xclbin;

/** The sections of an xclbin. */
enum SectionKind implements Coded {
    BITSTREAM(0),
    CLEARING_BITSTREAM(1),
    EMBEDDED_METADATA(2),
    FIRMWARE(3),
    DEBUG_DATA(4),
    SCHED_FIRMWARE(5),
    MEM_TOPOLOGY(6),
    CONNECTIVITY(7),
    IP_LAYOUT(8),
    DEBUG_IP_LAYOUT(9),
    DESIGN_CHECK_POINT(10),
    CLOCK_FREQ_TOPOLOGY(11),
    MCS(12),
    BMC(13),
    BUILD_METADATA(14),
    KEYVALUE_METADATA(15),
    USER_METADATA(16),
    DNA_CERTIFICATE(17),
    PDI(18),
    BITSTREAM_PARTIAL_PDI(19),
    PARTITION_METADATA(20),
    EMULATION_DATA(21),
    SYSTEM_METADATA(22),
    SOFT_KERNEL(23),
    ASK_FLASH(24),
    AIE_METADATA(25),
    GROUP_TOPOLOGY(26),
    GROUP_CONNECTIVITY(27),
    SMARTNIC(28),
    AIE_RESOURCES(29),
    OVERLAY(30),
    VENDER_METADATA(31);

    private final int code;

    SectionKind(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }

    /** Returns the name of a number; later versions of XRT have more kinds. */
    static String name(int code) {
        return Coded.of(values(), code).map(Enum::name).orElseGet(() -> "kind " + Integer.toUnsignedString(code));
    }
}
