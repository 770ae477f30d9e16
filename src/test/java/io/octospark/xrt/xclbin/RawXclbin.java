package io.octospark.xrt.xclbin;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builds xclbin files byte by byte, from xclbin.h alone: nothing is shared with the code under test. */
final class RawXclbin {
    static final byte[] UUID = {
        0x01,
        0x23,
        0x45,
        0x67,
        (byte) 0x89,
        (byte) 0xab,
        (byte) 0xcd,
        (byte) 0xef,
        0x10,
        0x32,
        0x54,
        0x76,
        (byte) 0x98,
        (byte) 0xba,
        (byte) 0xdc,
        (byte) 0xfe
    };

    static final String XML = """
            <?xml version="1.0" encoding="UTF-8"?>
            <project>
              <platform>
                <device>
                  <core>
                    <kernel name="dotprod">
                      <port name="s_axi_control" mode="slave" range="0x1000"/>
                      <arg name="matrix" addressQualifier="1" id="0" size="0x8" offset="0x10" hostSize="0x8" type="float2*"/>
                      <arg name="scale" addressQualifier="0" id="1" size="4" offset="0x1C" hostSize="4" type="float"/>
                      <arg name="size" addressQualifier="0" id="" size="4" offset="0x0" hostSize="0"/>
                      <instance name="dotprod_1"><addrRemap base="0x1800000"/></instance>
                    </kernel>
                  </core>
                </device>
              </platform>
            </project>
            """;

    private final Map<Integer, byte[]> sections = new LinkedHashMap<>();

    /** One bank DDR[0], one unit dotprod:dotprod_1 with a buffer and a scalar, one clock. */
    static RawXclbin small() {
        return new RawXclbin()
                .with(2, ascii(XML))
                .with(6, memories(memory(1, 1, 16 << 20, 0x4000000000L, "DDR[0]")))
                .with(7, connections(new int[] {0, 0, 0}))
                .with(8, ips(ip(1, 1, 0x1800000, "dotprod:dotprod_1")))
                .with(11, clocks(clock(300, 1, "DATA_CLK")));
    }

    /** Adds a section, in place of one of the same kind. */
    RawXclbin with(int kind, byte[] content) {
        sections.put(kind, content);
        return this;
    }

    RawXclbin without(int kind) {
        sections.remove(kind);
        return this;
    }

    byte[] build() {
        int at = align(456 + 40 * sections.size());
        int length = at;
        for (byte[] content : sections.values()) {
            length = align(length + content.length);
        }
        byte[] file = new byte[length];
        ByteBuffer out = buffer(file);
        out.put(0, ascii("xclbin2"));
        out.putInt(8, -1);
        Arrays.fill(file, 12, 40, (byte) 0xff);
        out.putLong(304, length);
        out.putLong(312, 1_600_000_000); // time stamp
        out.putShort(328, (short) 466);
        out.put(330, (byte) 2);
        out.put(331, (byte) 13);
        out.putShort(332, (short) 5); // sw_emu
        out.put(352, ascii("xilinx_u280_xdma_201920_3"));
        out.put(416, UUID);
        out.putInt(448, sections.size());
        int header = 456;
        for (Map.Entry<Integer, byte[]> section : sections.entrySet()) {
            byte[] content = section.getValue();
            out.putInt(header, section.getKey());
            out.putLong(header + 24, at);
            out.putLong(header + 32, content.length);
            out.put(at, content);
            at = align(at + content.length);
            header += 40;
        }
        return file;
    }

    /** Where the section that was added at this place, from 0, has its header. */
    static int header(int place) {
        return 456 + 40 * place;
    }

    static byte[] memories(byte[]... entries) {
        return table(8, 4, entries);
    }

    static byte[] memory(int type, int used, long kilobytes, long base, String tag) {
        byte[] entry = new byte[40];
        entry[0] = (byte) type;
        entry[1] = (byte) used;
        buffer(entry).putLong(8, kilobytes).putLong(16, base).put(24, ascii(tag));
        return entry;
    }

    static byte[] ips(byte[]... entries) {
        return table(8, 4, entries);
    }

    static byte[] ip(int type, int properties, long base, String name) {
        byte[] entry = new byte[80];
        buffer(entry).putInt(0, type).putInt(4, properties).putLong(8, base).put(16, ascii(name));
        return entry;
    }

    static byte[] clocks(byte[]... entries) {
        return table(2, 2, entries);
    }

    static byte[] clock(int megahertz, int type, String name) {
        byte[] entry = new byte[136];
        buffer(entry).putShort(0, (short) megahertz).put(2, (byte) type).put(8, ascii(name));
        return entry;
    }

    static byte[] connections(int[]... entries) {
        return table(
                4,
                4,
                Arrays.stream(entries)
                        .map(entry -> {
                            byte[] bytes = new byte[12];
                            buffer(bytes).putInt(entry[0]).putInt(entry[1]).putInt(entry[2]);
                            return bytes;
                        })
                        .toArray(byte[][]::new));
    }

    static byte[] keyValues(String... keysAndValues) {
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            json.append(json.isEmpty() ? "" : ",")
                    .append("{\"key\": \"%s\", \"value\": \"%s\"}".formatted(keysAndValues[i], keysAndValues[i + 1]));
        }
        return ascii("{\"keyvalue_metadata\": {\"key_values\": [" + json + "]}}");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] table(int first, int countBytes, byte[]... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < first; i++) {
            out.write(i < countBytes ? entries.length >>> (8 * i) : 0);
        }
        for (byte[] entry : entries) {
            out.writeBytes(entry);
        }
        return out.toByteArray();
    }

    private static int align(int offset) {
        return (offset + 7) / 8 * 8;
    }
}
