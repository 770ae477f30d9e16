package io.octospark.xrt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Builds the smallest xclbin that XRT accepts: two compute units of each kernel, the first on DDR[0] ({@code dotprod_1},
 * {@code update_1}), the second on DDR[1]. Beside dotprod and update there is a kernel with a scalar of every kind.
 */
final class TestXclbin {
    static final UUID UUID_1 = UUID.fromString("11111111-2222-3333-4444-555555555501");
    static final UUID UUID_2 = UUID.fromString("11111111-2222-3333-4444-555555555502");

    /** Where the length of the whole file stands. */
    static final int LENGTH_OFFSET = 304;
    /** Where the UUID stands. */
    static final int UUID_OFFSET = 416;

    private static final int HEADERS_BYTES = 456;
    private static final int SECTION_HEADER_BYTES = 40;
    private static final int BITSTREAM = 0;
    private static final int EMBEDDED_METADATA = 2;
    private static final int MEM_TOPOLOGY = 6;
    private static final int CONNECTIVITY = 7;
    private static final int IP_LAYOUT = 8;

    /** The type of buffers. */
    private static final String BUFFER = "float*";

    /** Bytes of every buffer, at the least. */
    static final int BUFFER_BYTES = 4096;

    static final List<XrtArgument> DOTPROD = buffers("matrix", "vector", "out");
    static final List<XrtArgument> UPDATE = buffers("residual", "matrix", "out");

    private static final List<Kernel> KERNELS = List.of(
            new Kernel("dotprod", typed(DOTPROD)),
            new Kernel("update", typed(UPDATE)),
            new Kernel(
                    "scale",
                    List.of(
                            new Argument("data", BUFFER),
                            new Argument("count", "int"),
                            new Argument("seed", "long"),
                            new Argument("factor", "float"),
                            new Argument("shift", "double"))));
    private static final int UNITS = 2;
    private static final int IPS = KERNELS.size() * UNITS;

    private record Argument(String name, String type) {}

    private record Kernel(String name, List<Argument> arguments) {}

    private record Section(int kind, String name, ByteBuffer content) {}

    private record Connection(int argument, int ip, int bank) {}

    private TestXclbin() {}

    static byte[] bytes(UUID uuid) {
        return bytes(uuid, new byte[0]);
    }

    /** With code for an emulated card, none if it is empty. */
    static byte[] bytes(UUID uuid, byte[] code) {
        List<Section> sections = new ArrayList<>(List.of(
                new Section(EMBEDDED_METADATA, "BUILD_METADATA", StandardCharsets.UTF_8.encode(metadata())),
                new Section(MEM_TOPOLOGY, "mem_topology", memory()),
                new Section(CONNECTIVITY, "connectivity", connectivity()),
                new Section(IP_LAYOUT, "ip_layout", ipLayout())));
        if (code.length > 0) {
            sections.add(new Section(BITSTREAM, "bitstream", ByteBuffer.wrap(code)));
        }
        int offset = HEADERS_BYTES + SECTION_HEADER_BYTES * sections.size();
        int length = offset;
        for (Section section : sections) {
            length = aligned(length) + section.content().limit();
        }
        byte[] bytes = new byte[length];
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put("xclbin2\0".getBytes(StandardCharsets.US_ASCII)).putInt(-1);
        for (int i = 0; i < 28; i++) {
            file.put((byte) 0xff);
        }
        // Behind the key block and the unique id: length, time stamps, version 0.0.0, mode 0 (hardware).
        file.putLong(LENGTH_OFFSET, length).putLong(312, 1).putLong(320, 0).putInt(328, 0);
        text(file, 352, "test_platform");
        file.putLong(UUID_OFFSET, Long.reverseBytes(uuid.getMostSignificantBits()))
                .putLong(UUID_OFFSET + 8, Long.reverseBytes(uuid.getLeastSignificantBits()));
        file.putInt(448, sections.size());
        int header = HEADERS_BYTES;
        for (Section section : sections) {
            offset = aligned(offset);
            file.putInt(header, section.kind());
            text(file, header + 4, section.name());
            file.putLong(header + 24, offset)
                    .putLong(header + 32, section.content().limit());
            file.position(offset).put(section.content().duplicate());
            offset += section.content().limit();
            header += SECTION_HEADER_BYTES;
        }
        return bytes;
    }

    private static ByteBuffer memory() {
        ByteBuffer section = littleEndian(8 + UNITS * 40).putInt(UNITS).putInt(0);
        for (int bank = 0; bank < UNITS; bank++) {
            int start = section.position();
            section.put((byte) 1).put((byte) 1).position(start + 8); // DDR4, used
            section.putLong(16L << 20).putLong((long) bank << 34); // 16 GB in KB
            text(section, start + 24, "DDR[" + bank + "]");
            section.position(start + 40);
        }
        return section.rewind();
    }

    private static ByteBuffer connectivity() {
        List<Connection> connections = new ArrayList<>();
        for (int ip = 0; ip < IPS; ip++) {
            List<Argument> arguments = KERNELS.get(ip / UNITS).arguments();
            for (int argument = 0; argument < arguments.size(); argument++) {
                if (arguments.get(argument).type().equals(BUFFER)) {
                    connections.add(new Connection(argument, ip, ip % UNITS));
                }
            }
        }
        ByteBuffer section = littleEndian(4 + connections.size() * 12).putInt(connections.size());
        for (Connection connection : connections) {
            section.putInt(connection.argument()).putInt(connection.ip()).putInt(connection.bank());
        }
        return section.rewind();
    }

    private static ByteBuffer ipLayout() {
        ByteBuffer section = littleEndian(8 + IPS * 80);
        section.putInt(IPS).putInt(0);
        for (int ip = 0; ip < IPS; ip++) {
            int start = section.position();
            section.putInt(1).putInt(1 | ip << 1).putLong(base(ip)); // kernel, interrupt with its id
            text(section, start + 16, KERNELS.get(ip / UNITS).name() + ":" + instance(ip));
            section.position(start + 80);
        }
        return section.rewind();
    }

    private static String metadata() {
        List<String> xml = new ArrayList<>();
        xml.add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        xml.add(
                "<project name=\"test\"><platform vendor=\"test\" boardid=\"test\" name=\"test\" featureRomTime=\"0\">");
        xml.add(
                "<version major=\"0\" minor=\"0\"/><device name=\"fpga0\" fpgaDevice=\"test\"><core name=\"OCL_REGION_0\""
                        + " target=\"csim\" type=\"clc_region\" clockFreq=\"300MHz\" numComputeUnits=\"6\">");
        for (int kernel = 0; kernel < KERNELS.size(); kernel++) {
            xml.add("<kernel name=\"%s\" language=\"c\" type=\"pl\" hwControlProtocol=\"ap_ctrl_hs\">"
                    .formatted(KERNELS.get(kernel).name()));
            xml.add("<port name=\"M_AXI_GMEM\" mode=\"master\" range=\"0xFFFFFFFF\" dataWidth=\"512\""
                    + " portType=\"addressable\" base=\"0x0\"/>");
            xml.add("<port name=\"S_AXI_CONTROL\" mode=\"slave\" range=\"0x1000\" dataWidth=\"32\""
                    + " portType=\"addressable\" base=\"0x0\"/>");
            List<Argument> arguments = KERNELS.get(kernel).arguments();
            for (int i = 0; i < arguments.size(); i++) {
                xml.add(argument(arguments.get(i), i));
            }
            for (int unit = 0; unit < UNITS; unit++) {
                int ip = kernel * UNITS + unit;
                xml.add(
                        "<instance name=\"%s\"><addrRemap base=\"0x%x\" port=\"S_AXI_CONTROL\" range=\"0x1000\"/></instance>"
                                .formatted(instance(ip), base(ip)));
            }
            xml.add("</kernel>");
        }
        xml.add("</core></device></platform></project>");
        return String.join("\n", xml) + "\n";
    }

    private static String argument(Argument argument, int id) {
        String type = argument.type();
        boolean buffer = type.equals(BUFFER);
        int bytes = type.equals("int") || type.equals("float") ? 4 : 8;
        return ("<arg name=\"%s\" addressQualifier=\"%d\" id=\"%d\" port=\"%s\" size=\"0x%x\" offset=\"0x%x\""
                        + " hostOffset=\"0x0\" hostSize=\"0x%x\" type=\"%s\"/>")
                .formatted(
                        argument.name(),
                        buffer ? 1 : 0,
                        id,
                        buffer ? "M_AXI_GMEM" : "S_AXI_CONTROL",
                        bytes,
                        16 + 12 * id,
                        bytes,
                        type);
    }

    private static List<XrtArgument> buffers(String... names) {
        return Stream.of(names).map(name -> new XrtArgument(name, BUFFER_BYTES)).toList();
    }

    private static List<Argument> typed(List<XrtArgument> buffers) {
        return buffers.stream()
                .map(argument -> new Argument(argument.name(), BUFFER))
                .toList();
    }

    private static String instance(int ip) {
        return KERNELS.get(ip / UNITS).name() + "_" + (ip % UNITS + 1);
    }

    private static long base(int ip) {
        return 0x1800000L + ip * 0x10000L;
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int aligned(int offset) {
        return (offset + 7) & ~7;
    }

    private static void text(ByteBuffer buffer, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            buffer.put(offset + i, bytes[i]);
        }
    }
}
