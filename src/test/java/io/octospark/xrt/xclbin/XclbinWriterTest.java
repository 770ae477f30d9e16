package io.octospark.xrt.xclbin;

import static io.octospark.xrt.xclbin.RawXclbin.buffer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.octospark.error.InvalidInputException;
import io.octospark.xrt.xclbin.KernelArgument.Kind;
import io.octospark.xrt.xclbin.KernelInstance.Control;
import io.octospark.xrt.xclbin.OctoRayDesign.UnitBanks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class XclbinWriterTest {
    private static final String U280 = "xilinx_u280_xdma_201920_3";
    private static final byte[] NO_PAYLOAD = {};

    /** The notebook's lists for two units. */
    private static final UnitBanks FIRST =
            new UnitBanks(List.of("DDR0", "DDR0", "DDR0"), List.of("DDR1", "DDR1", "DDR1"));

    private static final UnitBanks SECOND =
            new UnitBanks(List.of("HBM0", "HBM[1]", "hbm2"), List.of("HBM3", "HBM4", "HBM31"));

    @TempDir
    private Path folder;

    private static XclbinDesign design(XclbinMode mode, UnitBanks... units) {
        return new OctoRayDesign(new DesignSize(8000, 100), mode, U280, List.of(units)).toDesign();
    }

    private static XclbinDesign tiny(long base) {
        MemoryBank bank = new MemoryBank(0, "DDR[0]", MemoryBank.Type.DDR4, 1 << 20, 0x4000000000L, true);
        KernelInstance unit = new KernelInstance(
                "k",
                "k_1",
                base,
                Control.AP_CTRL_CHAIN,
                List.of(new KernelArgument(0, "a<b", Kind.BUFFER, "int*", 8, List.of(bank))));
        return new XclbinDesign(
                XclbinMode.HW_EMU,
                "p",
                List.of(new ClockFrequency("CLK", ClockFrequency.Type.KERNEL, 500)),
                List.of(bank),
                List.of(unit),
                Optional.of(new DesignSize(3, 2)));
    }

    @Test
    void everyByteIsWhereXrtLooksForIt() {
        byte[] payload = {1, 2, 3};
        byte[] file = XclbinWriter.toBytes(tiny(0x1800000), payload);
        String xml = """
                <?xml version="1.0" encoding="UTF-8"?>
                <project name="octospark">
                  <platform vendor="octospark" boardid="p" name="p">
                    <device name="fpga0">
                      <core name="OCL_REGION_0" target="hw_em" type="clc_region">
                        <kernel name="k" language="c" vlnv="octospark:hls:k:1.0" type="pl" hwControlProtocol="ap_ctrl_chain">
                          <port name="s_axi_control" mode="slave" range="0x1000" dataWidth="32" portType="addressable" base="0x0"/>
                          <port name="m_axi_gmem0" mode="master" range="0xFFFFFFFFFFFFFFFF" dataWidth="512" portType="addressable" base="0x0"/>
                          <arg name="a&lt;b" addressQualifier="1" id="0" port="m_axi_gmem0" size="0x8" offset="0x10" hostOffset="0x0" hostSize="0x8" type="int*"/>
                          <instance name="k_1"><addrRemap base="0x1800000" port="s_axi_control"/></instance>
                        </kernel>
                      </core>
                    </device>
                  </platform>
                </project>
                """;
        String json = """
                {"keyvalue_metadata": {"key_values": [
                  {"key": "octospark_rows", "value": "3"},
                  {"key": "octospark_cols", "value": "2"}
                ]}}
                """;
        byte[] banks = RawXclbin.memories(RawXclbin.memory(1, 1, 1024, 0x4000000000L, "DDR[0]"));
        byte[] connections = RawXclbin.connections(new int[] {0, 0, 0});
        byte[] expected = new RawXclbin()
                .with(0, payload)
                .with(2, RawXclbin.ascii(xml))
                .with(6, banks)
                .with(7, connections)
                .with(8, RawXclbin.ips(RawXclbin.ip(1, 0x0101, 0x1800000, "k:k_1")))
                .with(11, RawXclbin.clocks(RawXclbin.clock(500, 2, "CLK")))
                .with(15, RawXclbin.ascii(json))
                .with(26, banks)
                .with(27, connections)
                .build();
        ByteBuffer header = buffer(expected);
        header.putLong(312, 0).putShort(328, (short) 0).putShort(332, (short) 4);
        Arrays.fill(expected, 352, 352 + 64, (byte) 0);
        expected[352] = 'p';
        Arrays.fill(expected, 416, 432, (byte) 0);

        UUID uuid = UUID.nameUUIDFromBytes(expected);
        header.putLong(296, uuid.getMostSignificantBits());
        ByteBuffer.wrap(expected)
                .putLong(416, uuid.getMostSignificantBits())
                .putLong(424, uuid.getLeastSignificantBits());

        assertThat(file).isEqualTo(expected);
        assertThat(XclbinReader.read(file, "x").uuid()).isEqualTo(uuid);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsRead(XclbinMode mode) throws Exception {
        XclbinDesign design = design(mode, FIRST, SECOND);
        Path file = folder.resolve("two.xclbin");

        UUID uuid = XclbinWriter.write(design, new byte[1000], file);

        Xclbin xclbin = XclbinReader.read(file);
        assertThat(xclbin.design()).isEqualTo(design);
        assertThat(xclbin.uuid()).isEqualTo(uuid);
        assertThat(xclbin.version()).isEqualTo("2.13.0");
        assertThat(xclbin.timestampSeconds()).isZero();
        assertThat(xclbin.sections().get(0).kind()).isEqualTo("BITSTREAM");
        assertThat(xclbin.sections().get(0).size()).isEqualTo(1000);
        assertThat(xclbin.sections()).allMatch(section -> section.offset() % 8 == 0);
    }

    @Test
    void theSameDesignGivesTheSameFileAndAnyOtherAnotherUuid() {
        XclbinDesign one = design(XclbinMode.SW_EMU, FIRST);
        byte[] file = XclbinWriter.toBytes(one, NO_PAYLOAD);
        assertThat(XclbinWriter.toBytes(design(XclbinMode.SW_EMU, FIRST), NO_PAYLOAD))
                .isEqualTo(file);
        List<byte[]> others = List.of(
                XclbinWriter.toBytes(one, new byte[] {1}),
                XclbinWriter.toBytes(design(XclbinMode.HW, FIRST), NO_PAYLOAD),
                XclbinWriter.toBytes(design(XclbinMode.SW_EMU, SECOND), NO_PAYLOAD));
        List<UUID> uuids = new ArrayList<>(List.of(XclbinReader.read(file, "x").uuid()));
        others.forEach(other -> uuids.add(XclbinReader.read(other, "x").uuid()));
        assertThat(uuids).doesNotHaveDuplicates();
    }

    @Test
    void unitsAreOctoRays() {
        Xclbin xclbin =
                XclbinReader.read(XclbinWriter.toBytes(design(XclbinMode.SW_EMU, FIRST, SECOND), NO_PAYLOAD), "x");
        assertThat(xclbin.design().units())
                .extracting(unit -> unit.kernel() + ":" + unit.name())
                .containsExactly("dotprod:dotprod_1", "update:update_1", "dotprod:dotprod_2", "update:update_2");
        // The lists have matrix, vector, out and matrix, residual, out; update is called with the residual first.
        assertThat(xclbin.unit("dotprod_2").arguments())
                .extracting(argument ->
                        argument.name() + " " + argument.bank().orElseThrow().tag())
                .containsExactly("matrix HBM[0]", "vector HBM[1]", "out HBM[2]");
        assertThat(xclbin.unit("update_2").arguments())
                .extracting(argument ->
                        argument.name() + " " + argument.bank().orElseThrow().tag())
                .containsExactly("residual HBM[4]", "matrix HBM[3]", "out HBM[31]");
        assertThat(xclbin.unit("update_1").arguments())
                .extracting(argument -> argument.group().orElseThrow())
                .containsExactly(33, 33, 33);
        assertThat(xclbin.design().banks().stream().filter(MemoryBank::used))
                .extracting(MemoryBank::tag)
                .containsExactly("HBM[0]", "HBM[1]", "HBM[2]", "HBM[3]", "HBM[4]", "HBM[31]", "DDR[0]", "DDR[1]");
        assertThat(xclbin.design().size()).contains(new DesignSize(8000, 100));
    }

    /** XRT sorts by interrupt in one mode and by address in another. */
    @Test
    void interruptsAndAddressesHaveOneOrder() {
        byte[] file = XclbinWriter.toBytes(
                design(XclbinMode.SW_EMU, Collections.nCopies(64, FIRST).toArray(UnitBanks[]::new)), NO_PAYLOAD);
        Xclbin xclbin = XclbinReader.read(file, "x");
        assertThat(xclbin.design().units()).hasSize(128);
        int table = (int) xclbin.sections().stream()
                .filter(section -> section.kind().equals("IP_LAYOUT"))
                .findFirst()
                .orElseThrow()
                .offset();
        for (int i = 0; i < 128; i++) {
            assertThat(buffer(file).getInt(table + 8 + 80 * i + 4)).isEqualTo(1 | i << 1);
            long base = xclbin.design().units().get(i).baseAddress();
            assertThat(base).isEqualTo(0x1800000 + 0x10000L * i).matches(address -> address % 256 == 0);
        }
    }

    @Test
    void addressesThatXrtMisreadsAreRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> XclbinWriter.toBytes(tiny(0x1800010), NO_PAYLOAD))
                .withMessage("k_1 at 0x1800010: bases must ascend and be multiples of 256");
    }

    @Test
    void existingFilesAreKept() throws Exception {
        Path file = folder.resolve("old.xclbin");
        Files.writeString(file, "old");
        XclbinDesign design = design(XclbinMode.SW_EMU, FIRST);
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> XclbinWriter.write(design, NO_PAYLOAD, file))
                .withMessage(file + ": exists already and is not overwritten; choose another name or remove it");
        assertThat(Files.readString(file, StandardCharsets.UTF_8)).isEqualTo("old");
        Path lost = folder.resolve("none/x.xclbin");
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> XclbinWriter.write(design, NO_PAYLOAD, lost))
                .withMessage(lost + ": its folder does not exist; make it or choose another one");
    }

    @Test
    void wrongDesignsAreRefusedWithAllProblems() {
        UnitBanks wrong = new UnitBanks(List.of("DDR2", "DDR0", "DDR0"), List.of("DDR1", "DDR1"));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> design(XclbinMode.SW_EMU, FIRST, wrong))
                .satisfies(e -> assertThat(e.messages())
                        .containsExactly(
                                "dotprod_2: the card has no memory bank \"DDR2\"; name one of its banks: HBM[0] to"
                                        + " HBM[31], DDR[0], DDR[1]",
                                "update_2: has 2 memory banks, it must have 3; name one for each buffer"));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(
                        () -> new OctoRayDesign(new DesignSize(8000, 100_000), XclbinMode.SW_EMU, U280, List.of(SECOND))
                                .toDesign())
                .satisfies(e -> assertThat(e.messages())
                        .containsExactly(
                                "dotprod_1: buffer 0 has 6400000000 bytes, bank HBM[0] has 268435456; choose a larger"
                                        + " bank or a smaller design",
                                "update_1: buffer 0 has 6400000000 bytes, bank HBM[3] has 268435456; choose a larger"
                                        + " bank or a smaller design"));
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> new OctoRayDesign(new DesignSize(1, 1), XclbinMode.SW_EMU, "a b", List.of()))
                .satisfies(e -> assertThat(e.messages())
                        .containsExactly(
                                "platform \"a b\": must be 1 to 63 letters, digits and _ - . : ; correct the name",
                                "0 units: a design has 1 to 64; correct the number"));
    }
}
