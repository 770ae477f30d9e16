package io.octospark.xrt.xclbin;

import static io.octospark.xrt.xclbin.RawXclbin.ascii;
import static io.octospark.xrt.xclbin.RawXclbin.buffer;
import static io.octospark.xrt.xclbin.RawXclbin.connections;
import static io.octospark.xrt.xclbin.RawXclbin.header;
import static io.octospark.xrt.xclbin.RawXclbin.ip;
import static io.octospark.xrt.xclbin.RawXclbin.ips;
import static io.octospark.xrt.xclbin.RawXclbin.keyValues;
import static io.octospark.xrt.xclbin.RawXclbin.memories;
import static io.octospark.xrt.xclbin.RawXclbin.memory;
import static io.octospark.xrt.xclbin.RawXclbin.small;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.octospark.error.InvalidInputException;
import io.octospark.xrt.xclbin.KernelArgument.Kind;
import io.octospark.xrt.xclbin.KernelInstance.Control;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XclbinReaderTest {
    private static final MemoryBank DDR0 =
            new MemoryBank(0, "DDR[0]", MemoryBank.Type.DDR4, 16L << 30, 0x4000000000L, true);

    @TempDir
    private Path folder;

    private static Xclbin read(RawXclbin raw) {
        return XclbinReader.read(raw.build(), "x");
    }

    private static void assertRefused(byte[] file, String problem) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> XclbinReader.read(file, "x"))
                .withMessage("x: " + problem);
    }

    private static void assertRefused(RawXclbin raw, String problem) {
        assertRefused(raw.build(), problem);
    }

    /** Asserts that the small file is refused after an edit. */
    private static void assertRefused(Consumer<ByteBuffer> edit, String problem) {
        byte[] file = small().build();
        edit.accept(buffer(file));
        assertRefused(file, problem);
    }

    @Test
    void readsAFileBuiltByteByByte() throws Exception {
        Path file = folder.resolve("small.xclbin");
        byte[] bytes = small().build();
        Files.write(file, bytes);

        Xclbin xclbin = XclbinReader.read(file);

        KernelInstance unit = new KernelInstance(
                "dotprod",
                "dotprod_1",
                0x1800000,
                Control.AP_CTRL_HS,
                List.of(
                        new KernelArgument(0, "matrix", Kind.BUFFER, "float2*", 8, List.of(DDR0)),
                        new KernelArgument(1, "scale", Kind.SCALAR, "float", 4, List.of())));
        XclbinDesign design = new XclbinDesign(
                XclbinMode.SW_EMU,
                "xilinx_u280_xdma_201920_3",
                List.of(new ClockFrequency("DATA_CLK", ClockFrequency.Type.DATA, 300)),
                List.of(DDR0),
                List.of(unit),
                Optional.empty());
        assertThat(xclbin.design()).isEqualTo(design);
        assertThat(xclbin.file()).isEqualTo(file.toString());
        assertThat(xclbin.uuid()).isEqualTo(UUID.fromString("01234567-89ab-cdef-1032-547698badcfe"));
        assertThat(xclbin.version()).isEqualTo("2.13.466");
        assertThat(xclbin.timestampSeconds()).isEqualTo(1_600_000_000);
        assertThat(xclbin.sections())
                .extracting(XclbinSection::kind)
                .containsExactly(
                        "EMBEDDED_METADATA", "MEM_TOPOLOGY", "CONNECTIVITY", "IP_LAYOUT", "CLOCK_FREQ_TOPOLOGY");
        long xmlEnd = 656L + RawXclbin.XML.length();
        assertThat(xclbin.sections().get(1)).isEqualTo(new XclbinSection("MEM_TOPOLOGY", "", (xmlEnd + 7) / 8 * 8, 48));
        assertThat(XclbinReader.read(bytes, file.toString())).isEqualTo(xclbin);
    }

    @Test
    void aLargeBitstreamIsNotRead() throws Exception {
        // A sparse file of nearly the limit: reading all of it would take more than the test's heap leaves.
        byte[] small = small().with(0, new byte[8]).build();
        long length = XclbinReader.MAX_FILE_BYTES;
        buffer(small).putLong(304, length).putLong(header(5) + 32, length - small.length + 8);
        Path file = folder.resolve("large.xclbin");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(small);
            sparse.setLength(length);
        }
        assertThat(XclbinReader.read(file).design().units()).hasSize(1);

        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(length + 1);
        }
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> XclbinReader.read(file))
                .withMessage(file + ": has 1073741825 bytes, at most 1073741824 are read; is it an xclbin?");
    }

    @ParameterizedTest
    @CsvSource({"0,hw", "1,hw", "2,hw", "3,hw", "4,hw_emu", "5,sw_emu", "6,hw_emu"})
    void readsTheMode(int code, String mode) {
        byte[] file = small().build();
        buffer(file).putShort(332, (short) code);
        assertThat(XclbinReader.read(file, "x").design().mode()).hasToString(mode);
    }

    @Test
    void sectionsThatAreMissingOrEmptyGiveNothing() {
        XclbinDesign design =
                read(new RawXclbin().with(0, new byte[3]).with(6, new byte[0])).design();
        assertThat(design.banks()).isEmpty();
        assertThat(design.units()).isEmpty();
        assertThat(design.clocks()).isEmpty();
    }

    @Test
    void groupedSectionsWin() {
        byte[] ddr = memory(1, 1, 1024, 0, "DDR[0]");
        byte[] other = memory(1, 1, 1024, 1 << 20, "DDR[1]");
        byte[] group = memory(1, 1, 2048, 0, "DDR[0:1]");
        Xclbin xclbin = read(small().with(6, memories(ddr, other))
                .with(26, memories(ddr, other, group))
                .with(27, connections(new int[] {0, 0, 2}, new int[] {0, 0, 1}, new int[] {0, 0, 0})));

        assertThat(xclbin.design().banks()).hasSize(3);
        KernelArgument matrix = xclbin.unit("dotprod_1").argument("matrix").orElseThrow();
        assertThat(matrix.banks()).extracting(MemoryBank::index).containsExactly(0, 1, 2);
        assertThat(matrix.group()).hasValue(2);
        assertThat(matrix.bank().orElseThrow().tag()).isEqualTo("DDR[0:1]");
        assertThat(xclbin.bank("ddr1").index()).isEqualTo(1);
    }

    @Test
    void streamsAreNoBanksOfAnArgument() {
        byte[] ddr = memory(1, 1, 1024, 0, "DDR[0]");
        byte[] stream = memory(9, 1, -1, 7, "dc_0");
        Xclbin xclbin = read(small().with(6, memories(ddr, stream))
                .with(7, connections(new int[] {0, 0, 0}, new int[] {0, 0, 1}, new int[] {9, 0, 1})));
        assertThat(xclbin.unit("dotprod_1").arguments().get(0).group()).hasValue(0);
        assertThat(xclbin.design().banks().get(1).sizeBytes()).isZero();
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> xclbin.bank("dc_0"))
                .withMessage("x: has no memory bank \"dc_0\"; name one of its banks: DDR[0]");
    }

    @Test
    void unusedBanksAreNoBanksOfAnArgument() {
        Xclbin xclbin = read(small().with(6, memories(memory(1, 0, 1024, 0, "DDR[0]"))));
        assertThat(xclbin.unit("dotprod_1").arguments().get(0).group()).isEmpty();
        assertThat(xclbin.bank("DDR0").used()).isFalse();
    }

    @Test
    void entriesThatAreNoKernelsAreLeftOut() {
        Xclbin xclbin =
                read(small().with(8, ips(ip(3, 0, 0, "ddr4_mem00"), ip(1, 0x0103, 0x1800000, "dotprod:dotprod_1")))
                        .with(7, connections(new int[] {0, 1, 0})));
        assertThat(xclbin.design().units()).hasSize(1);
        assertThat(xclbin.unit("dotprod_1").control()).isEqualTo(Control.AP_CTRL_CHAIN);
        assertThat(xclbin.unit("dotprod_1").arguments().get(0).group()).hasValue(0);
        assertThat(xclbin.unit("dotprod_1").arguments().get(1).group()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DDR0,2",
        "DDR[0],2",
        "ddr[0],2",
        "bank0,2",
        "BANK0,2",
        "bank[0],2",
        "' DDR0 ',2",
        "HBM3,0",
        "HBM[3],0",
        "hbm3,0",
        "hbm[3],0",
        "DDR1,3",
        "bank1,3",
        "Bank1,3",
        "PLRAM0,4"
    })
    void banksHaveSeveralNames(String name, int index) {
        byte[] topology = memories(
                memory(6, 1, 1, 0, "HBM[3]"),
                memory(6, 1, 1, 0, "HBM[31]"),
                memory(1, 1, 1, 0, "DDR[0]"),
                memory(1, 1, 1, 0, "bank1"),
                memory(7, 0, 1, 0, "PLRAM[0]"));
        Xclbin xclbin = read(small().with(6, topology).without(7));
        assertThat(xclbin.bank(name).index()).isEqualTo(index);
    }

    @Test
    void ofTwoBanksOfOneNameTheOneInUseIsMeant() {
        byte[] topology =
                memories(memory(1, 0, 1, 0, "DDR[0]"), memory(1, 1, 1, 0, "DDR[0]"), memory(1, 1, 1, 0, "bank0"));
        Xclbin xclbin = read(small().with(6, topology).without(7));
        assertThat(xclbin.bank("DDR0").index()).isEqualTo(1);
        assertThat(xclbin.bank("bank0").index()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DDR2", "HBM", "HBM[", "", "DDR[0", "DDR 0", "0", "BANK"})
    void anUnknownBankIsRefused(String name) {
        Xclbin xclbin = read(small());
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> xclbin.bank(name))
                .withMessage("x: has no memory bank \"" + name + "\"; name one of its banks: DDR[0]");
    }

    @Test
    void anUnknownUnitIsRefused() {
        Xclbin xclbin = read(small());
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> xclbin.unit("update_1"))
                .withMessage("x: has no compute unit \"update_1\"; name one of its units: dotprod_1");
    }

    @Test
    void readsTheSizeOfTheDesign() {
        assertThat(read(small().with(15, keyValues("note", "1", "octospark_rows", "8000", "octospark_cols", "100")))
                        .design()
                        .size())
                .contains(new DesignSize(8000, 100));
        assertThat(read(small().with(15, keyValues("note", "octospark_rows")))
                        .design()
                        .size())
                .isEmpty();
        assertThat(read(small().with(15, ascii("not JSON"))).design().size()).isEmpty();
    }

    @Test
    void aWrongSizeOfTheDesignIsRefused() {
        String limit = ", both must be whole numbers from 1 to 1000000; set both with xclbinutil --key-value";
        assertRefused(
                small().with(15, keyValues("octospark_rows", "8000")),
                "section KEYVALUE_METADATA: octospark_rows = \"8000\", octospark_cols = missing" + limit);
        assertRefused(
                small().with(15, keyValues("octospark_rows", "0", "octospark_cols", "99999999999")),
                "section KEYVALUE_METADATA: octospark_rows = \"0\", octospark_cols = \"99999999999\"" + limit);
        assertRefused(
                small().with(15, keyValues("octospark_rows", "1000001", "octospark_cols", "-1")),
                "section KEYVALUE_METADATA: octospark_rows = \"1000001\", octospark_cols = \"-1\"" + limit);
    }

    @Test
    void aPathThatIsNoFileIsRefused() {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> XclbinReader.read(folder.resolve("none")))
                .withMessage(folder.resolve("none") + ": there is no such file; correct the path of the xclbin");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> XclbinReader.read(folder))
                .withMessage(folder + ": is not a file; give the path of an xclbin");
    }

    @Test
    void aDamagedHeaderIsRefused() {
        byte[] file = small().build();
        String again = "; copy or build the file again";
        assertRefused(new byte[0], "is empty" + again);
        String noXclbin = "does not start with xclbin2 as xclbin files do; give the path of an xclbin";
        assertRefused(ascii("xclbin"), noXclbin);
        assertRefused(ascii("xclbin1\0 and more"), noXclbin);
        assertRefused(ascii("xclbin2\0"), "has 8 bytes, the header alone has 456" + again);
        assertRefused(Arrays.copyOf(file, 455), "has 455 bytes, the header alone has 456" + again);
        assertRefused(
                Arrays.copyOf(file, file.length - 1),
                "has %d bytes, its header says %d".formatted(file.length - 1, file.length) + again);
        assertRefused(
                Arrays.copyOf(file, file.length + 1),
                "has %d bytes, its header says %d".formatted(file.length + 1, file.length) + again);
        assertRefused(
                edit -> edit.putLong(304, -1),
                "has %d bytes, its header says 18446744073709551615".formatted(file.length) + again);
        assertRefused(
                edit -> edit.putShort(332, (short) 7),
                "has mode 7, known are 0 (hw) to 6; build it with a Vitis release of this XRT");
        assertRefused(edit -> edit.putInt(448, 0), "has 0 sections, it must have 1 to 1024" + again);
        assertRefused(edit -> edit.putInt(448, -1), "has 4294967295 sections, it must have 1 to 1024" + again);
        assertRefused(
                edit -> edit.putInt(448, 1024),
                "has %d bytes, the headers of its 1024 sections end at 41416".formatted(file.length) + again);
    }

    @Test
    void aSignatureBehindTheLastSectionIsAllowed() {
        byte[] file = small().build();
        byte[] signed = Arrays.copyOf(file, file.length + 100);
        buffer(signed).putInt(8, 100);
        assertThat(XclbinReader.read(signed, "x").design().units()).hasSize(1);
        buffer(signed).putLong(304, signed.length);
        assertThat(XclbinReader.read(signed, "x").design().units()).hasSize(1);
    }

    @Test
    void sectionsOutsideTheFileOrWithinOthersAreRefused() {
        int length = small().build().length;
        String limit = ", it must lie within 656 to " + length + "; copy or build the file again";
        assertRefused(edit -> edit.putLong(header(1) + 24, 0), "section MEM_TOPOLOGY: has 48 bytes from 0" + limit);
        assertRefused(
                edit -> edit.putLong(header(1) + 24, -8),
                "section MEM_TOPOLOGY: has 48 bytes from 18446744073709551608" + limit);
        assertRefused(
                edit -> edit.putLong(header(1) + 24, length - 47),
                "section MEM_TOPOLOGY: has 48 bytes from " + (length - 47) + limit);
        assertRefused(
                edit -> edit.putLong(header(4) + 24, 656).putLong(header(4) + 32, Long.MAX_VALUE),
                "section CLOCK_FREQ_TOPOLOGY: has 9223372036854775807 bytes from 656" + limit);
        int xmlEnd = 656 + RawXclbin.XML.length();
        assertRefused(
                edit -> edit.putLong(header(4) + 24, 664),
                "section CLOCK_FREQ_TOPOLOGY: starts at 664, within section EMBEDDED_METADATA, which ends at " + xmlEnd
                        + "; copy or build the file again");
    }

    @Test
    void damagedTablesAreRefused() {
        String again = "; copy or build the file again";
        assertRefused(
                small().with(6, new byte[7]), "section MEM_TOPOLOGY: has 7 bytes, a table has at least 8" + again);
        byte[] banks = memories(memory(1, 1, 1024, 0, "DDR[0]"));
        buffer(banks).putInt(0, 2);
        assertRefused(
                small().with(6, banks), "section MEM_TOPOLOGY: has 2 entries, its 48 bytes have room for 1" + again);
        buffer(banks).putInt(0, -1);
        assertRefused(
                small().with(6, banks), "section MEM_TOPOLOGY: has -1 entries, its 48 bytes have room for 1" + again);
        byte[] clocks = new byte[2];
        buffer(clocks).putShort(0, (short) -32768);
        assertRefused(
                small().with(11, clocks),
                "section CLOCK_FREQ_TOPOLOGY: has -32768 entries, its 2 bytes have room for 0" + again);
        assertRefused(
                small().with(6, memories(memory(1, 1, -1, 0, "DDR\u00070"))),
                "section MEM_TOPOLOGY: bank 0, \"DDR?0\", has 18446744073709551615 kB, it must have less than 2^53"
                        + again);
        assertRefused(
                small().with(8, new byte[(4 << 20) + 1]),
                "section IP_LAYOUT: has 4194305 bytes, at most 4194304 are read" + again);
    }

    @Test
    void connectionsToWhatIsNotThereAreRefused() {
        String there = ", there are 1 entries and 1 banks; copy or build the file again";
        assertRefused(
                small().with(7, connections(new int[] {0, 1, 0})),
                "section CONNECTIVITY: connects argument 0 of IP_LAYOUT entry 1 to bank 0" + there);
        assertRefused(
                small().with(7, connections(new int[] {0, 0, -1})),
                "section CONNECTIVITY: connects argument 0 of IP_LAYOUT entry 0 to bank -1" + there);
        assertRefused(
                small().with(27, connections(new int[] {2, 0, 0})),
                "section GROUP_CONNECTIVITY: connects argument 2 of IP_LAYOUT entry 0, which has 2 arguments;"
                        + " copy or build the file again");
    }

    @Test
    void unitsThatTheMetadataDoNotDescribeAreRefused() {
        String again = "; copy or build the file again";
        assertRefused(
                small().without(2),
                "section IP_LAYOUT: entry 0 is \"dotprod:dotprod_1\", but section EMBEDDED_METADATA has no kernel"
                        + " \"dotprod\"" + again);
        assertRefused(
                small().with(8, ips(ip(1, 1, 0, "dotprod"))),
                "section IP_LAYOUT: entry 0 is named \"dotprod\", it must be kernel:instance" + again);
        byte[] unit = ip(1, 1, 0, "dotprod:dotprod_1");
        assertRefused(
                small().with(8, ips(unit, unit)),
                "section IP_LAYOUT: entry 1 is \"dotprod:dotprod_1\", another one has that name" + again);
        byte[][] many = new byte[129][];
        Arrays.setAll(many, i -> ip(1, 1, 0, "dotprod:dotprod_" + i));
        assertRefused(
                small().with(8, ips(many)),
                "section IP_LAYOUT: entry 128 is one compute unit too many, XRT allows 128" + again);
    }

    private static void assertXmlRefused(String xml, String problem) {
        assertRefused(
                small().with(2, ascii(xml)),
                "section EMBEDDED_METADATA: " + problem + "; copy or build the file again");
    }

    @Test
    void brokenXmlIsRefused() {
        String xml = RawXclbin.XML;
        assertXmlRefused("<project>\n<platform></project>", "line 2, column 13: not well-formed XML");
        assertXmlRefused(
                "<!DOCTYPE project [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>\n<project>&e;</project>",
                "line 1: a DOCTYPE, which is not read");
        assertXmlRefused(xml.replace(" name=\"dotprod\"", ""), "line 6: <kernel> has no attribute name");
        assertXmlRefused(xml.replace(" id=\"0\"", ""), "line 8: <arg> has no attribute id");
        assertXmlRefused(
                xml.replace("id=\"1\"", "id=\"2\""),
                "line 12: kernel \"dotprod\" has argument ids [0, 2], they must be 0, 1, 2, ... without gaps");
        assertXmlRefused(xml.replace("id=\"1\"", "id=\"0\""), "line 9: kernel \"dotprod\" has two arguments with id 0");
        assertXmlRefused(
                xml.replace("id=\"1\"", "id=\"256\""), "line 9: id = \"256\", it must be a whole number from 0 to 255");
        assertXmlRefused(
                xml.replace("0x8", "8 bytes"),
                "line 8: size = \"8 bytes\", it must be a whole number from 0 to 2147483647");
        assertXmlRefused(
                xml.replace("</core>", "<kernel name='dotprod'/></core>"),
                "line 13: kernel \"dotprod\" stands there twice");
    }

    @Test
    void deeplyNestedXmlIsRefusedWithoutExhaustingTheMemory() {
        int depth = 500_000;
        assertXmlRefused("<a>".repeat(depth), "line 1, column " + (3 * depth + 1) + ": not well-formed XML");
    }

    @Test
    void zeroBytesMayFollowTheXml() {
        assertThat(read(small().with(2, ascii(RawXclbin.XML + "\0\0\0")))
                        .design()
                        .units())
                .hasSize(1);
    }

    @Test
    @Timeout(60)
    void zeroBytesWithinTextAreNoWork() {
        byte[] zeros = new byte[4 << 20];
        zeros[zeros.length - 1] = 'a';
        byte[] file = RawXclbin.small().with(15, zeros).build();

        assertThat(XclbinReader.read(file, "x").design().size()).isEmpty();
    }
}
