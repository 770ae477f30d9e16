package io.octospark.xrt.xclbin;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Writes xclbin files that XRT 2022.1 accepts, for cards that are emulated. The same design and payload give the same
 * bytes and the same UUID: it is made from the content, and no time is recorded.
 */
public final class XclbinWriter {
    /** Bases of compute units must be multiples of this: XRT keeps flags in the low bits of the address. */
    public static final int UNIT_ALIGNMENT = 256;

    private static final int VERSION_MAJOR = 2;
    private static final int VERSION_MINOR = 13;
    private static final int SECTION_ALIGNMENT = 8;
    private static final String REGISTERS = "s_axi_control";
    private static final int REGISTER_BYTES = 0x1000;

    private XclbinWriter() {}

    /**
     * Writes a new file.
     *
     * @param payload section BITSTREAM: what the card loads; none if it is empty
     * @return the UUID in the file
     * @throws InvalidInputException if the file exists or its folder doesn't
     */
    public static UUID write(XclbinDesign design, byte[] payload, Path file) throws IOException {
        byte[] bytes = toBytes(design, payload);
        try {
            Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidInputException(
                    ErrorCode.FILE_EXISTS,
                    file + ": exists already and is not overwritten",
                    "choose another name or remove it");
        } catch (IOException e) {
            if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
                throw new InvalidInputException(
                        ErrorCode.OUTPUT_NOT_WRITABLE,
                        file + ": its folder does not exist",
                        "make it or choose another one");
            }
            Files.deleteIfExists(file);
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_NOT_WRITABLE,
                    file + ": can't be written: " + Messages.cause(e),
                    "correct the path or make room");
        }
        return XclbinReader.read(bytes, file.toString()).uuid();
    }

    /** Returns the bytes of the file. */
    public static byte[] toBytes(XclbinDesign design, byte[] payload) {
        Map<SectionKind, byte[]> sections = new EnumMap<>(SectionKind.class);
        if (payload.length > 0) {
            sections.put(SectionKind.BITSTREAM, payload);
        }
        byte[] banks = banks(design.banks());
        byte[] connections = connections(design);
        sections.put(SectionKind.EMBEDDED_METADATA, metadata(design).getBytes(StandardCharsets.UTF_8));
        sections.put(SectionKind.MEM_TOPOLOGY, banks);
        sections.put(SectionKind.CONNECTIVITY, connections);
        sections.put(SectionKind.IP_LAYOUT, units(design.units()));
        sections.put(SectionKind.CLOCK_FREQ_TOPOLOGY, clocks(design.clocks()));
        design.size()
                .ifPresent(size -> sections.put(
                        SectionKind.KEYVALUE_METADATA, keyValues(size).getBytes(StandardCharsets.UTF_8)));
        // Real designs have them since 2020. An argument with one bank is its own group.
        sections.put(SectionKind.GROUP_TOPOLOGY, banks);
        sections.put(SectionKind.GROUP_CONNECTIVITY, connections);
        return file(design, sections);
    }

    private static byte[] file(XclbinDesign design, Map<SectionKind, byte[]> sections) {
        long length = aligned(XclbinFormat.HEADER_BYTES + (long) sections.size() * XclbinFormat.SECTION_BYTES);
        for (byte[] section : sections.values()) {
            length = aligned(length + section.length);
        }
        if (length > XclbinReader.MAX_FILE_BYTES) {
            throw new IllegalArgumentException(length + " bytes");
        }
        byte[] bytes = new byte[(int) length];
        ByteBuffer out = littleEndian(bytes);
        out.putLong(XclbinFormat.MAGIC).putInt(-1); // not signed
        while (out.position() < 40) {
            out.put((byte) 0xff);
        }
        out.putLong(XclbinFormat.LENGTH, length);
        out.put(XclbinFormat.VERSION_MAJOR, (byte) VERSION_MAJOR);
        out.put(XclbinFormat.VERSION_MINOR, (byte) VERSION_MINOR);
        out.putChar(XclbinFormat.MODE, (char) design.mode().code());
        putText(out, XclbinFormat.PLATFORM, XclbinFormat.PLATFORM_BYTES, design.platform());
        out.putInt(XclbinFormat.SECTION_COUNT, sections.size());
        int header = XclbinFormat.HEADER_BYTES;
        int at = (int) aligned(header + (long) sections.size() * XclbinFormat.SECTION_BYTES);
        for (Map.Entry<SectionKind, byte[]> section : sections.entrySet()) {
            byte[] content = section.getValue();
            out.putInt(header, section.getKey().code());
            out.putLong(header + 24, at);
            out.putLong(header + 32, content.length);
            out.put(at, content);
            header += XclbinFormat.SECTION_BYTES;
            at = (int) aligned(at + (long) content.length);
        }
        UUID uuid = UUID.nameUUIDFromBytes(bytes);
        out.putLong(XclbinFormat.UNIQUE_ID, uuid.getMostSignificantBits());
        out.slice(XclbinFormat.UUID, 16).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        return bytes;
    }

    private static byte[] banks(List<MemoryBank> banks) {
        byte[] bytes = new byte[XclbinFormat.MEMORIES + banks.size() * XclbinFormat.MEMORY_BYTES];
        ByteBuffer out = littleEndian(bytes);
        out.putInt(0, banks.size());
        for (MemoryBank bank : banks) {
            int at = XclbinFormat.MEMORIES + bank.index() * XclbinFormat.MEMORY_BYTES;
            out.put(at, (byte) bank.type().code());
            out.put(at + 1, (byte) (bank.used() ? 1 : 0));
            out.putLong(at + 8, bank.sizeBytes() / 1024);
            out.putLong(at + 16, bank.baseAddress());
            putText(out, at + 24, XclbinFormat.MEMORY_TAG_BYTES, bank.tag());
        }
        return bytes;
    }

    private static byte[] connections(XclbinDesign design) {
        List<int[]> connections = new ArrayList<>();
        for (int unit = 0; unit < design.units().size(); unit++) {
            for (KernelArgument argument : design.units().get(unit).arguments()) {
                for (MemoryBank bank : argument.banks()) {
                    connections.add(new int[] {argument.id(), unit, bank.index()});
                }
            }
        }
        byte[] bytes = new byte[XclbinFormat.CONNECTIONS + connections.size() * XclbinFormat.CONNECTION_BYTES];
        ByteBuffer out = littleEndian(bytes);
        out.putInt(connections.size());
        connections.forEach(connection -> {
            for (int value : connection) {
                out.putInt(value);
            }
        });
        return bytes;
    }

    private static byte[] units(List<KernelInstance> units) {
        if (units.size() > XclbinFormat.MAX_UNITS) {
            throw new IllegalArgumentException(units.size() + " units");
        }
        byte[] bytes = new byte[XclbinFormat.IPS + units.size() * XclbinFormat.IP_BYTES];
        ByteBuffer out = littleEndian(bytes);
        out.putInt(0, units.size());
        long previous = 0;
        for (int i = 0; i < units.size(); i++) {
            KernelInstance unit = units.get(i);
            // XRT sorts units by interrupt here and by address in sw_emu: unless both agree, it starts the wrong one.
            if (unit.baseAddress() <= previous || unit.baseAddress() % UNIT_ALIGNMENT != 0) {
                throw new IllegalArgumentException("%s at 0x%x: bases must ascend and be multiples of %d"
                        .formatted(unit.name(), unit.baseAddress(), UNIT_ALIGNMENT));
            }
            previous = unit.baseAddress();
            int at = XclbinFormat.IPS + i * XclbinFormat.IP_BYTES;
            int interruptEnabled = 1;
            out.putInt(at, XclbinFormat.IP_KERNEL);
            out.putInt(at + 4, interruptEnabled | i << 1 | unit.control().code() << 8);
            out.putLong(at + 8, unit.baseAddress());
            putText(out, at + 16, XclbinFormat.IP_NAME_BYTES, unit.kernel() + ":" + unit.name());
        }
        return bytes;
    }

    private static byte[] clocks(List<ClockFrequency> clocks) {
        byte[] bytes = new byte[XclbinFormat.CLOCKS + clocks.size() * XclbinFormat.CLOCK_BYTES];
        ByteBuffer out = littleEndian(bytes);
        out.putShort(0, (short) clocks.size());
        for (int i = 0; i < clocks.size(); i++) {
            int at = XclbinFormat.CLOCKS + i * XclbinFormat.CLOCK_BYTES;
            out.putChar(at, (char) clocks.get(i).megahertz());
            out.put(at + 2, (byte) clocks.get(i).type().code());
            putText(out, at + 8, XclbinFormat.CLOCK_NAME_BYTES, clocks.get(i).name());
        }
        return bytes;
    }

    private static String keyValues(DesignSize size) {
        return """
                {"keyvalue_metadata": {"key_values": [
                  {"key": "%s", "value": "%d"},
                  {"key": "%s", "value": "%d"}
                ]}}
                """.formatted(XclbinFormat.ROWS_KEY, size.rows(), XclbinFormat.COLS_KEY, size.cols());
    }

    private static String metadata(XclbinDesign design) {
        Map<String, List<KernelInstance>> kernels = new LinkedHashMap<>();
        design.units().forEach(unit -> kernels.computeIfAbsent(unit.kernel(), key -> new ArrayList<>())
                .add(unit));
        StringBuilder xml = new StringBuilder(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <project name="octospark">
                  <platform vendor="octospark" boardid="%s" name="%s">
                    <device name="fpga0">
                      <core name="OCL_REGION_0" target="%s" type="clc_region">
                """.formatted(escaped(design.platform()), escaped(design.platform()), target(design.mode())));
        kernels.forEach((kernel, units) -> appendKernel(xml, kernel, units));
        return xml.append("""
                      </core>
                    </device>
                  </platform>
                </project>
                """).toString();
    }

    private static void appendKernel(StringBuilder xml, String kernel, List<KernelInstance> units) {
        xml.append("""
                        <kernel name="%s" language="c" vlnv="octospark:hls:%s:1.0" type="pl" hwControlProtocol="%s">
                          <port name="%s" mode="slave" range="0x%x" dataWidth="32" portType="addressable" base="0x0"/>
                """.formatted(
                        escaped(kernel),
                        escaped(kernel),
                        units.get(0).control().name().toLowerCase(Locale.ROOT),
                        REGISTERS,
                        REGISTER_BYTES));
        StringBuilder arguments = new StringBuilder();
        int offset = 0x10; // behind the control registers
        for (KernelArgument argument : units.get(0).arguments()) {
            String port = REGISTERS;
            if (argument.kind() == KernelArgument.Kind.BUFFER) {
                port = "m_axi_gmem" + argument.id();
                xml.append("""
                          <port name="%s" mode="master" range="0xFFFFFFFFFFFFFFFF" dataWidth="512" portType="addressable" base="0x0"/>
                """.formatted(port));
            }
            int qualifier = argument.kind() == KernelArgument.Kind.BUFFER ? 1 : 0;
            arguments.append("""
                          <arg name="%s" addressQualifier="%d" id="%d" port="%s" size="0x%x" offset="0x%x" hostOffset="0x0" hostSize="0x%x" type="%s"/>
                """.formatted(
                            escaped(argument.name()),
                            qualifier,
                            argument.id(),
                            port,
                            argument.sizeBytes(),
                            offset,
                            argument.sizeBytes(),
                            escaped(argument.type())));
            offset += argument.sizeBytes() + 4; // HLS leaves a word between arguments
        }
        if (offset > REGISTER_BYTES) {
            throw new IllegalArgumentException(kernel + ": arguments of " + offset + " bytes");
        }
        xml.append(arguments);
        for (KernelInstance unit : units) {
            xml.append("""
                          <instance name="%s"><addrRemap base="0x%x" port="%s"/></instance>
                """.formatted(escaped(unit.name()), unit.baseAddress(), REGISTERS));
        }
        xml.append("        </kernel>\n");
    }

    /** Returns what the tools call a build for this mode. */
    private static String target(XclbinMode mode) {
        return switch (mode) {
            case HW -> "bitstream";
            case HW_EMU -> "hw_em";
            case SW_EMU -> "csim";
        };
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long aligned(long offset) {
        return (offset + SECTION_ALIGNMENT - 1) / SECTION_ALIGNMENT * SECTION_ALIGNMENT;
    }

    /** Text with at least one zero byte behind it. */
    private static void putText(ByteBuffer out, int at, int fieldBytes, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= fieldBytes) {
            throw new IllegalArgumentException("%s: at most %d characters".formatted(text, fieldBytes - 1));
        }
        out.put(at, bytes);
    }
}
