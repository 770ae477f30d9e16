package io.octospark.xrt;

import io.octospark.xrt.XrtException.Place;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The check of an xclbin before XRT reads it, which an empty or a truncated file makes end the process. */
final class XclbinFile {
    /** The bytes of xclbin2 and a zero, as a little-endian number. */
    private static final long MAGIC = 0x0032_6e69_626c_6378L;
    /** With one section header, as in XRT's struct axlf. */
    private static final int MINIMUM_BYTES = 496;

    private static final int HEADERS_BYTES = 456;
    private static final int SECTION_HEADER_BYTES = 40;
    private static final int LENGTH_OFFSET = 304;
    private static final int UUID_OFFSET = 416;
    private static final int SECTIONS_OFFSET = 448;

    private XclbinFile() {}

    /** The UUID of a file that is a whole xclbin by its headers. */
    static UUID check(Path file, Place place) {
        if (!Files.isRegularFile(file)) {
            throw invalid(place, "there is no file " + file, null, null);
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long bytes = in.length();
            if (bytes < MINIMUM_BYTES) {
                throw invalid(place, file + ": too short for an xclbin", bytes, MINIMUM_BYTES + " bytes or more");
            }
            ByteBuffer header = read(in, HEADERS_BYTES);
            if (header.getLong(0) != MAGIC) {
                throw invalid(place, file + ": not an xclbin", null, "a file that begins with xclbin2");
            }
            long length = header.getLong(LENGTH_OFFSET);
            if (length < MINIMUM_BYTES || length > bytes) {
                throw invalid(
                        place,
                        file + ": truncated or damaged: its length by its header",
                        length,
                        MINIMUM_BYTES + " to " + bytes + ", the length of the file");
            }
            checkSections(file, place, in, header.getInt(SECTIONS_OFFSET), length);
            header.order(ByteOrder.BIG_ENDIAN);
            UUID uuid = new UUID(header.getLong(UUID_OFFSET), header.getLong(UUID_OFFSET + Long.BYTES));
            if (uuid.getMostSignificantBits() == 0 && uuid.getLeastSignificantBits() == 0) {
                throw invalid(place, file + ": the UUID", uuid, "any but this, which means any xclbin");
            }
            return uuid;
        } catch (IOException e) {
            throw invalid(place, file + ": cannot be read (" + e.getMessage() + ")", null, null);
        }
    }

    private static void checkSections(Path file, Place place, RandomAccessFile in, int sections, long length)
            throws IOException {
        long most = (length - HEADERS_BYTES) / SECTION_HEADER_BYTES;
        if (sections < 1 || sections > most) {
            throw invalid(place, file + ": damaged: number of sections", sections, "1 to " + most);
        }
        ByteBuffer headers = read(in, sections * SECTION_HEADER_BYTES);
        for (int section = 0; section < sections; section++) {
            long offset = headers.getLong(section * SECTION_HEADER_BYTES + 24);
            long size = headers.getLong(section * SECTION_HEADER_BYTES + 32);
            if (offset < HEADERS_BYTES || size < 0 || offset > length || size > length - offset) {
                throw invalid(
                        place,
                        file + ": damaged: section " + section,
                        "offset " + offset + ", size " + size,
                        "within " + length + " bytes");
            }
        }
    }

    private static ByteBuffer read(RandomAccessFile in, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        in.readFully(content);
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static XrtException invalid(Place place, String problem, Object value, Object limit) {
        return place.failure(
                "xrtDeviceLoadXclbinFile", problem, value, limit, "give the path of an xclbin that v++ has built");
    }
}
