package io.octospark.xrt.xclbin;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.xrt.xclbin.KernelInstance.Control;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what an xclbin file tells of its design, and checks it: XRT itself dies of an empty or truncated file. The
 * bitstream is not read, so a file costs little memory however large it is. Any bytes give an {@link Xclbin} or an
 * {@link InvalidInputException}.
 *
 * <p>Limits: {@link #MAX_FILE_BYTES}, {@link #MAX_SECTIONS}, {@link #MAX_SECTION_BYTES} for a section that is read, 128
 * compute units, 256 arguments of a kernel.
 */
public final class XclbinReader {
    /** Bitstreams of the largest cards have about a tenth of that. */
    public static final long MAX_FILE_BYTES = 1L << 30;

    public static final int MAX_SECTIONS = 1024;

    /** The most bytes of a section that is read: tables, XML and notes. Real designs have a few hundred kB. */
    public static final int MAX_SECTION_BYTES = 4 << 20;

    private static final String REMEDY = "copy or build the file again";

    private final String file;
    private final long length;
    private final Source source;
    private final List<XclbinSection> sections = new ArrayList<>();

    /** The first section of each kind, as XRT takes it; none that are empty. */
    private final Map<SectionKind, XclbinSection> content = new EnumMap<>(SectionKind.class);

    /** Fills the buffer from the place in the file, or up to the file's end. */
    @FunctionalInterface
    private interface Source {
        void read(ByteBuffer target, long offset) throws IOException;
    }

    private XclbinReader(String file, long length, Source source) {
        this.file = file;
        this.length = length;
        this.source = source;
    }

    /**
     * Reads a file.
     *
     * @throws InvalidInputException if there is no such file or it is no sound xclbin
     */
    public static Xclbin read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new InvalidInputException(
                    ErrorCode.BITSTREAM_NOT_FOUND, file + ": there is no such file", "correct the path of the xclbin");
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(
                    ErrorCode.BITSTREAM_NOT_FOUND, file + ": is not a file", "give the path of an xclbin");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            return new XclbinReader(file.toString(), channel.size(), (target, offset) -> {
                        long position = offset;
                        while (target.hasRemaining()) {
                            int count = channel.read(target, position);
                            if (count < 0) {
                                return;
                            }
                            position += count;
                        }
                    })
                    .read();
        }
    }

    /**
     * Reads bytes.
     *
     * @param name named in errors, as a file is
     * @throws InvalidInputException if they are no sound xclbin
     */
    public static Xclbin read(byte[] bytes, String name) {
        try {
            return new XclbinReader(
                            name,
                            bytes.length,
                            (target, offset) -> target.put(
                                    bytes, (int) offset, Math.min(target.remaining(), bytes.length - (int) offset)))
                    .read();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory", e);
        }
    }

    private Xclbin read() throws IOException {
        ByteBuffer header = readHeader();
        XclbinMode mode = XclbinMode.of(header.getChar(XclbinFormat.MODE))
                .orElseThrow(() -> invalid(
                        "has mode %d, known are 0 (hw) to 6".formatted((int) header.getChar(XclbinFormat.MODE)),
                        "build it with a Vitis release of this XRT"));
        readSectionHeaders(header);
        // As XRT does: where banks are grouped, the connections count groups, and group ids are indices of both.
        List<MemoryBank> banks = readBanks(
                content.containsKey(SectionKind.GROUP_TOPOLOGY)
                        ? SectionKind.GROUP_TOPOLOGY
                        : SectionKind.MEM_TOPOLOGY);
        XclbinDesign design = new XclbinDesign(
                mode,
                text(header, XclbinFormat.PLATFORM, XclbinFormat.PLATFORM_BYTES),
                readClocks(),
                banks,
                readUnits(banks),
                readSize());
        ByteBuffer uuid = header.slice(XclbinFormat.UUID, 16); // big endian, as slices are
        return new Xclbin(
                file,
                new UUID(uuid.getLong(0), uuid.getLong(8)),
                "%d.%d.%d"
                        .formatted(
                                Byte.toUnsignedInt(header.get(XclbinFormat.VERSION_MAJOR)),
                                Byte.toUnsignedInt(header.get(XclbinFormat.VERSION_MINOR)),
                                (int) header.getChar(XclbinFormat.VERSION_PATCH)),
                header.getLong(XclbinFormat.TIMESTAMP),
                design,
                sections);
    }

    private ByteBuffer readHeader() throws IOException {
        if (length == 0) {
            throw invalid("is empty", REMEDY);
        }
        if (length > MAX_FILE_BYTES) {
            throw invalid("has %d bytes, at most %d are read".formatted(length, MAX_FILE_BYTES), "is it an xclbin?");
        }
        int available = (int) Math.min(length, XclbinFormat.HEADER_BYTES);
        ByteBuffer header = bytes(0, available, "the header");
        if (available < Long.BYTES || header.getLong(0) != XclbinFormat.MAGIC) {
            throw invalid("does not start with xclbin2 as xclbin files do", "give the path of an xclbin");
        }
        if (available < XclbinFormat.HEADER_BYTES) {
            throw invalid("has %d bytes, the header alone has %d".formatted(length, XclbinFormat.HEADER_BYTES), REMEDY);
        }
        long recorded = header.getLong(XclbinFormat.LENGTH);
        int signature = header.getInt(XclbinFormat.SIGNATURE_LENGTH);
        // Older tools did not count the signature behind the last section, newer ones do; -1 means that there is none.
        boolean complete = recorded == length || (signature > 0 && recorded + signature == length);
        if (!complete) {
            throw invalid(
                    "has %d bytes, its header says %s".formatted(length, Long.toUnsignedString(recorded)), REMEDY);
        }
        return header;
    }

    private void readSectionHeaders(ByteBuffer header) throws IOException {
        int count = header.getInt(XclbinFormat.SECTION_COUNT);
        if (count < 1 || count > MAX_SECTIONS) {
            throw invalid(
                    "has %s sections, it must have 1 to %d".formatted(Integer.toUnsignedString(count), MAX_SECTIONS),
                    REMEDY);
        }
        long end = XclbinFormat.HEADER_BYTES + (long) count * XclbinFormat.SECTION_BYTES;
        if (end > length) {
            throw invalid(
                    "has %d bytes, the headers of its %d sections end at %d".formatted(length, count, end), REMEDY);
        }
        ByteBuffer headers =
                bytes(XclbinFormat.HEADER_BYTES, count * XclbinFormat.SECTION_BYTES, "the section headers");
        for (int i = 0; i < count; i++) {
            int at = i * XclbinFormat.SECTION_BYTES;
            int kind = headers.getInt(at);
            XclbinSection section = new XclbinSection(
                    SectionKind.name(kind),
                    text(headers, at + 4, XclbinFormat.SECTION_NAME_BYTES),
                    headers.getLong(at + 24),
                    headers.getLong(at + 32));
            long offset = section.offset();
            long size = section.size();
            if (size != 0 && (offset < end || offset > length || size < 0 || size > length - offset)) {
                throw invalid(
                        "section %s: has %s bytes from %s, it must lie within %d to %d"
                                .formatted(
                                        section.kind(),
                                        Long.toUnsignedString(size),
                                        Long.toUnsignedString(offset),
                                        end,
                                        length),
                        REMEDY);
            }
            sections.add(section);
            if (size != 0) {
                Coded.of(SectionKind.values(), kind).ifPresent(known -> content.putIfAbsent(known, section));
            }
        }
        refuseOverlaps();
    }

    private void refuseOverlaps() {
        List<XclbinSection> byOffset = sections.stream()
                .filter(section -> section.size() != 0)
                .sorted(Comparator.comparingLong(XclbinSection::offset))
                .toList();
        for (int i = 1; i < byOffset.size(); i++) {
            XclbinSection before = byOffset.get(i - 1);
            XclbinSection section = byOffset.get(i);
            if (before.offset() + before.size() > section.offset()) {
                throw invalid(
                        "section %s: starts at %d, within section %s, which ends at %d"
                                .formatted(
                                        section.kind(),
                                        section.offset(),
                                        before.kind(),
                                        before.offset() + before.size()),
                        REMEDY);
            }
        }
    }

    private List<MemoryBank> readBanks(SectionKind kind) throws IOException {
        List<MemoryBank> banks = new ArrayList<>();
        for (ByteBuffer entry : table(kind, XclbinFormat.MEMORIES, XclbinFormat.MEMORY_BYTES)) {
            MemoryBank.Type type = Coded.of(MemoryBank.Type.values(), Byte.toUnsignedInt(entry.get(0)))
                    .orElse(MemoryBank.Type.UNKNOWN);
            String tag = text(entry, 24, XclbinFormat.MEMORY_TAG_BYTES);
            long kilobytes = type.isStream() ? 0 : entry.getLong(8); // streams have a route there
            if (kilobytes < 0 || kilobytes > Long.MAX_VALUE / 1024) {
                throw invalid(
                        "section %s: bank %d, %s, has %s kB, it must have less than 2^53"
                                .formatted(
                                        kind, banks.size(), XclbinFormat.shown(tag), Long.toUnsignedString(kilobytes)),
                        REMEDY);
            }
            banks.add(new MemoryBank(banks.size(), tag, type, kilobytes * 1024, entry.getLong(16), entry.get(1) != 0));
        }
        return banks;
    }

    private List<ClockFrequency> readClocks() throws IOException {
        List<ClockFrequency> clocks = new ArrayList<>();
        for (ByteBuffer entry : table(SectionKind.CLOCK_FREQ_TOPOLOGY, XclbinFormat.CLOCKS, XclbinFormat.CLOCK_BYTES)) {
            clocks.add(new ClockFrequency(
                    text(entry, 8, XclbinFormat.CLOCK_NAME_BYTES),
                    Coded.of(ClockFrequency.Type.values(), Byte.toUnsignedInt(entry.get(2)))
                            .orElse(ClockFrequency.Type.UNKNOWN),
                    entry.getChar(0)));
        }
        return clocks;
    }

    private List<KernelInstance> readUnits(List<MemoryBank> banks) throws IOException {
        List<ByteBuffer> ips = table(SectionKind.IP_LAYOUT, XclbinFormat.IPS, XclbinFormat.IP_BYTES);
        Map<String, List<KernelArgument>> kernels = readKernels();
        List<Map<Integer, Set<Integer>>> connections = readConnections(ips.size(), banks);
        List<KernelInstance> units = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ips.size(); i++) {
            ByteBuffer ip = ips.get(i);
            if (ip.getInt(0) != XclbinFormat.IP_KERNEL) {
                continue; // a memory controller, a soft processor
            }
            String fullName = text(ip, 16, XclbinFormat.IP_NAME_BYTES);
            String[] parts = fullName.split(":", 2);
            if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw invalidUnit(i, "is named %s, it must be kernel:instance".formatted(XclbinFormat.shown(fullName)));
            }
            List<KernelArgument> arguments = kernels.get(parts[0]);
            if (arguments == null) {
                throw invalidUnit(
                        i,
                        "is %s, but section EMBEDDED_METADATA has no kernel %s"
                                .formatted(XclbinFormat.shown(fullName), XclbinFormat.shown(parts[0])));
            }
            if (!names.add(parts[1])) {
                throw invalidUnit(i, "is %s, another one has that name".formatted(XclbinFormat.shown(fullName)));
            }
            if (units.size() == XclbinFormat.MAX_UNITS) {
                throw invalidUnit(i, "is one compute unit too many, XRT allows %d".formatted(XclbinFormat.MAX_UNITS));
            }
            int control = ip.getInt(4) >>> 8 & 0xff;
            units.add(new KernelInstance(
                    parts[0],
                    parts[1],
                    ip.getLong(8),
                    Coded.of(Control.values(), control).orElse(Control.UNKNOWN),
                    connect(i, arguments, connections.get(i), banks)));
        }
        return units;
    }

    private InvalidInputException invalidUnit(int index, String problem) {
        return invalid("section IP_LAYOUT: entry " + index + " " + problem, REMEDY);
    }

    private List<KernelArgument> connect(
            int unit, List<KernelArgument> arguments, Map<Integer, Set<Integer>> connections, List<MemoryBank> banks) {
        List<KernelArgument> connected = new ArrayList<>(arguments);
        connections.forEach((argument, indices) -> {
            if (argument < 0 || argument >= arguments.size()) {
                throw invalid(
                        "section %s: connects argument %d of IP_LAYOUT entry %d, which has %d arguments"
                                .formatted(connectivity(), argument, unit, arguments.size()),
                        REMEDY);
            }
            List<MemoryBank> own = indices.stream().map(banks::get).toList();
            connected.set(argument, arguments.get(argument).withBanks(own));
        });
        return connected;
    }

    private Map<String, List<KernelArgument>> readKernels() throws IOException {
        try {
            Optional<String> xml = readText(SectionKind.EMBEDDED_METADATA);
            return xml.isPresent() ? KernelMetadata.read(xml.get()) : Map.of();
        } catch (KernelMetadata.MetadataException e) {
            throw invalid("section EMBEDDED_METADATA: " + e.getMessage(), REMEDY);
        }
    }

    private SectionKind connectivity() {
        return content.containsKey(SectionKind.GROUP_CONNECTIVITY)
                ? SectionKind.GROUP_CONNECTIVITY
                : SectionKind.CONNECTIVITY;
    }

    /** For each entry of IP_LAYOUT the indices of banks by argument, ascending; as in XRT without streams and unused banks. */
    private List<Map<Integer, Set<Integer>>> readConnections(int ips, List<MemoryBank> banks) throws IOException {
        List<Map<Integer, Set<Integer>>> connections = new ArrayList<>();
        for (int i = 0; i < ips; i++) {
            connections.add(new TreeMap<>());
        }
        SectionKind kind = connectivity();
        for (ByteBuffer entry : table(kind, XclbinFormat.CONNECTIONS, XclbinFormat.CONNECTION_BYTES)) {
            int argument = entry.getInt(0);
            int ip = entry.getInt(4);
            int bank = entry.getInt(8);
            if (ip < 0 || ip >= ips || bank < 0 || bank >= banks.size()) {
                throw invalid(
                        "section %s: connects argument %d of IP_LAYOUT entry %d to bank %d, there are %d entries and %d banks"
                                .formatted(kind, argument, ip, bank, ips, banks.size()),
                        REMEDY);
            }
            if (banks.get(bank).used() && !banks.get(bank).type().isStream()) {
                connections
                        .get(ip)
                        .computeIfAbsent(argument, key -> new TreeSet<>())
                        .add(bank);
            }
        }
        return connections;
    }

    private Optional<DesignSize> readSize() throws IOException {
        Optional<String> json = readText(SectionKind.KEYVALUE_METADATA);
        Optional<String> rows = json.flatMap(text -> value(text, XclbinFormat.ROWS_KEY));
        Optional<String> cols = json.flatMap(text -> value(text, XclbinFormat.COLS_KEY));
        if (rows.isEmpty() && cols.isEmpty()) {
            return Optional.empty();
        }
        int[] size = {side(rows), side(cols)};
        if (size[0] == 0 || size[1] == 0) {
            throw invalid(
                    "section KEYVALUE_METADATA: %s = %s, %s = %s, both must be whole numbers from 1 to %d"
                            .formatted(
                                    XclbinFormat.ROWS_KEY,
                                    rows.map(XclbinFormat::shown).orElse("missing"),
                                    XclbinFormat.COLS_KEY,
                                    cols.map(XclbinFormat::shown).orElse("missing"),
                                    DesignSize.MAX),
                    "set both with xclbinutil --key-value");
        }
        return Optional.of(new DesignSize(size[0], size[1]));
    }

    private static int side(Optional<String> text) {
        int value = text.filter(digits -> digits.matches("\\d{1,9}"))
                .map(Integer::valueOf)
                .orElse(0);
        return value <= DesignSize.MAX ? value : 0;
    }

    /**
     * Returns the value of a key in {@code {"keyvalue_metadata": {"key_values": [{"key": "k", "value": "v"}, ...]}}}.
     */
    private static Optional<String> value(String json, String key) {
        // Possessive, so that no input makes it backtrack.
        Matcher entry = Pattern.compile(
                        "\"key\"\\s*+:\\s*+\"" + key + "\"\\s*+,\\s*+\"value\"\\s*+:\\s*+\"?+([^\"},\\s]*+)")
                .matcher(json);
        return entry.find() ? Optional.of(entry.group(1)) : Optional.empty();
    }

    /** A section's text; tools differ in whether zero bytes end it. */
    private Optional<String> readText(SectionKind kind) throws IOException {
        Optional<ByteBuffer> bytes = readSection(kind);
        return bytes.map(all -> {
            int end = all.limit();
            while (end > 0 && all.get(end - 1) == 0) {
                end--;
            }
            return StandardCharsets.UTF_8.decode(all.limit(end)).toString();
        });
    }

    /** Returns the entries of a table: a count (16 bits for clocks, 32 for the others), then the entries. */
    private List<ByteBuffer> table(SectionKind kind, int first, int entryBytes) throws IOException {
        Optional<ByteBuffer> section = readSection(kind);
        if (section.isEmpty()) {
            return List.of();
        }
        ByteBuffer bytes = section.get();
        if (bytes.capacity() < first) {
            throw invalid(
                    "section %s: has %d bytes, a table has at least %d".formatted(kind, bytes.capacity(), first),
                    REMEDY);
        }
        int count = kind == SectionKind.CLOCK_FREQ_TOPOLOGY ? bytes.getShort(0) : bytes.getInt(0);
        int room = (bytes.capacity() - first) / entryBytes;
        if (count < 0 || count > room) {
            throw invalid(
                    "section %s: has %d entries, its %d bytes have room for %d"
                            .formatted(kind, count, bytes.capacity(), room),
                    REMEDY);
        }
        List<ByteBuffer> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(bytes.slice(first + i * entryBytes, entryBytes).order(ByteOrder.LITTLE_ENDIAN));
        }
        return entries;
    }

    private Optional<ByteBuffer> readSection(SectionKind kind) throws IOException {
        XclbinSection section = content.get(kind);
        if (section == null) {
            return Optional.empty();
        }
        if (section.size() > MAX_SECTION_BYTES) {
            throw invalid(
                    "section %s: has %d bytes, at most %d are read".formatted(kind, section.size(), MAX_SECTION_BYTES),
                    REMEDY);
        }
        return Optional.of(bytes(section.offset(), (int) section.size(), "section " + kind));
    }

    private ByteBuffer bytes(long offset, int count, String what) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        source.read(bytes, offset);
        if (bytes.hasRemaining()) {
            throw invalid("ends within " + what + ", it was cut off while it was read", REMEDY);
        }
        return bytes.flip();
    }

    /** Text up to a zero byte or the field's end. */
    private static String text(ByteBuffer bytes, int offset, int size) {
        int length = 0;
        while (length < size && bytes.get(offset + length) != 0) {
            length++;
        }
        byte[] text = new byte[length];
        bytes.get(offset, text);
        return XclbinFormat.printable(new String(text, StandardCharsets.ISO_8859_1));
    }

    private InvalidInputException invalid(String what, String remedy) {
        return new InvalidInputException(ErrorCode.BITSTREAM_FORMAT, file + ": " + what, remedy);
    }
}
