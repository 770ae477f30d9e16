package io.octospark.xrt.xclbin;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages sound xclbins in ways that get past the first checks; public, for the tests of the binding. */
public final class XclbinMutations {
    /** Where 32 or 64 bits, sizes of the format or signs end. */
    private static final long[] AWKWARD = {
        0,
        1,
        2,
        7,
        8,
        39,
        40,
        41,
        127,
        128,
        255,
        256,
        456,
        496,
        0x7fff,
        0x8000,
        0xffff,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        -1,
        -2,
        -8,
        -40,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE - 40,
        0x100000000L
    };

    private static final int HEADER_BYTES = 456;
    private static final int SECTION_HEADER_BYTES = 40;

    private final Random random;
    private final List<byte[]> sound;

    /** Mutations of these files, each as often as the others; the same seed gives the same sequence. */
    public XclbinMutations(long seed, List<byte[]> sound) {
        this.random = new Random(seed);
        this.sound = List.copyOf(sound);
    }

    /** The next damaged file. */
    public byte[] next() {
        byte[] original = sound.get(random.nextInt(sound.size()));
        byte[] file = original.clone();
        switch (random.nextInt(8)) {
            case 0 -> file = Arrays.copyOf(file, random.nextInt(2 * file.length));
            case 1 -> {
                file = new byte[random.nextInt(2000)];
                random.nextBytes(file);
                byte[] magic = RawXclbin.ascii("xclbin2\0");
                System.arraycopy(magic, 0, file, 0, Math.min(magic.length, file.length));
            }
            case 2 -> {
                // A block of the file copied over another one.
                int length = 1 + random.nextInt(200);
                int from = random.nextInt(file.length - length);
                int to = HEADER_BYTES + random.nextInt(file.length - length - HEADER_BYTES);
                System.arraycopy(file, from, file, to, length);
            }
            case 3 -> changeSections(file);
            default -> {
                for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                    edit(file, parts(original));
                }
            }
        }
        if (file.length >= HEADER_BYTES && random.nextInt(4) != 0) {
            RawXclbin.buffer(file).putLong(304, file.length); // so that the rest is looked at
        }
        return file;
    }

    /** One field of a section's header: a kind, a place or a length that is another's, or none at all. */
    private void changeSections(byte[] file) {
        ByteBuffer bytes = RawXclbin.buffer(file);
        int sections = bytes.getInt(448);
        int header = HEADER_BYTES + SECTION_HEADER_BYTES * random.nextInt(sections);
        int other = HEADER_BYTES + SECTION_HEADER_BYTES * random.nextInt(sections);
        switch (random.nextInt(5)) {
            case 0 -> bytes.putInt(header, bytes.getInt(other));
            case 1 -> bytes.putInt(header, random.nextInt(40));
            case 2 -> bytes.putLong(header + 24, bytes.getLong(other + 24));
            case 3 -> bytes.putLong(header + 32, random.nextInt((int) bytes.getLong(header + 32) + 1));
            default -> bytes.putInt(448, random.nextInt(sections + 2));
        }
    }

    /** The header, the section headers, and what each section holds: where they start and end. */
    private static List<int[]> parts(byte[] file) {
        ByteBuffer bytes = RawXclbin.buffer(file);
        int end = HEADER_BYTES + bytes.getInt(448) * SECTION_HEADER_BYTES;
        List<int[]> parts = new ArrayList<>(List.of(new int[] {0, HEADER_BYTES}, new int[] {HEADER_BYTES, end}));
        for (int header = HEADER_BYTES; header < end; header += SECTION_HEADER_BYTES) {
            int start = (int) bytes.getLong(header + 24);
            parts.add(new int[] {start, start + (int) bytes.getLong(header + 32)});
        }
        return parts;
    }

    private void edit(byte[] file, List<int[]> parts) {
        int[] part = parts.get(random.nextInt(parts.size()));
        int at = part[0] + random.nextInt(part[1] - part[0]);
        ByteBuffer bytes = RawXclbin.buffer(file);
        long value = AWKWARD[random.nextInt(AWKWARD.length)];
        switch (random.nextInt(5)) {
            case 0 -> file[at] = (byte) random.nextInt();
            case 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes.putShort(Math.min(at & -2, file.length - 2), (short) value);
            case 3 -> bytes.putInt(Math.min(at & -4, file.length - 4), (int) value);
            default -> bytes.putLong(Math.min(at & -8, file.length - 8), value);
        }
    }
}
