package io.octospark.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.fuzz.Fuzz;
import io.octospark.fuzz.FuzzFile;
import io.octospark.fuzz.MemoryFileSystem;
import io.octospark.fuzz.Mutations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Any footer is read, or gives an exception that whoever opens data sets makes a message of; never an error of the JVM. Pages
 * are left out: of those that are damaged Parquet's library may allocate as much as they say.
 */
@Tag("every-spark")
class ParquetGridFileFuzzTest {
    private static final int EXECUTIONS = 500;
    private static final int TAIL = 8;
    private static final Configuration CONF = MemoryFileSystem.configuration();
    private static final MessageType SCHEMA =
            MessageTypeParser.parseMessageType("message grids { required int64 grid_id; repeated double chi; }");

    private static byte[] sound(int grids) throws Exception {
        try (FuzzFile file = new FuzzFile("x.parquet")) {
            try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(DataSets.path(file.path()))
                    .withType(SCHEMA)
                    .build()) {
                for (long id = 0; id < grids; id++) {
                    Group group = new SimpleGroupFactory(SCHEMA).newGroup().append("grid_id", id);
                    for (int i = 0; i < 9; i++) {
                        group.append("chi", i / 8.0);
                    }
                    writer.write(group);
                }
            }
            return Files.readAllBytes(file.path());
        }
    }

    /** Mostly its footer, with the right length. */
    private static byte[] damaged(SplittableRandom random, byte[] sound) {
        int length = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt(sound.length - TAIL);
        int start = sound.length - TAIL - length;
        if (random.nextInt(4) == 0) {
            return Mutations.ofBytes(random, List.of(sound));
        }
        byte[] footer = new byte[length];
        System.arraycopy(sound, start, footer, 0, length);
        byte[] other = Mutations.ofBytes(random, List.of(footer));
        return ByteBuffer.allocate(start + other.length + TAIL)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(sound, 0, start)
                .put(other)
                .putInt(other.length)
                .put(sound, sound.length - Integer.BYTES, Integer.BYTES)
                .array();
    }

    private static Object open(byte[] input) {
        try {
            ParquetGridFile file = new ParquetGridFile(List.of(MemoryFileSystem.with(input)), List.of("chi"), 9, CONF);
            return file.open(0, file.grids(), CONF);
        } catch (Exception e) {
            throw new InvalidInputException(ErrorCode.DATA_FORMAT, "as for every exception", "none");
        }
    }

    @Test
    void anyBytesAreReadOrRefused() throws Exception {
        byte[] sound = sound(3);
        Fuzz.Outcome outcome =
                Fuzz.run("Parquet footers", EXECUTIONS, random -> damaged(random, sound), input -> () -> open(input));

        assertThat(outcome.read()).isGreaterThan(EXECUTIONS / 50);
        assertThat(outcome.refused()).isGreaterThan(EXECUTIONS / 50);
    }

    @Test
    void refusesColumnsBeyondTheEnd() throws Exception {
        byte[] sound = sound(1000);
        int footer = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt(sound.length - TAIL) + TAIL;
        byte[] without = ByteBuffer.allocate(footer + Integer.BYTES)
                .put(sound, 0, Integer.BYTES)
                .put(sound, sound.length - footer, footer)
                .array();

        assertThatThrownBy(() -> new ParquetGridFile(List.of(MemoryFileSystem.with(without)), List.of("chi"), 9, CONF))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "memory:/x: is damaged, by its footer columns lie beyond its end; copy or write the file again");
    }
}
