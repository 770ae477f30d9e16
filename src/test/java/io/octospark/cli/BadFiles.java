package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octospark.spark.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/** Files of all kinds that are not what they should be, and a few sound ones beside them. */
final class BadFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path folder;

    private BadFiles(Path folder) {
        this.folder = folder;
    }

    /** Writes them all; those of Parquet take a moment. */
    static void write(Path folder) throws IOException {
        BadFiles files = new BadFiles(folder);
        files.text();
        files.npy();
        files.configurations();
        files.bitstreams();
        files.octoRay();
        files.parquet();
    }

    /** The notebook's experiment, with its data set where it is. */
    static ObjectNode notebook() throws IOException {
        ObjectNode notebook =
                (ObjectNode) MAPPER.readTree(Path.of("conf/notebook.json").toFile());
        return notebook.put(
                "data", Path.of("datasets/10x10_100.txt").toAbsolutePath().toString());
    }

    private void put(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content, StandardCharsets.ISO_8859_1);
    }

    private void pipe(String name) throws IOException {
        Process made = new ProcessBuilder("mkfifo", folder.resolve(name).toString()).start();
        assertThat(made.onExit().join().exitValue()).isZero();
    }

    private void text() throws IOException {
        String grid = "0.1\n".repeat(100);
        put("empty.txt", "");
        put("partial.txt", "0.1\n".repeat(150));
        put("comma.txt", "0.1\n0,2\n");
        put("blank.txt", "0.1\n\n0.2\n");
        put("wide.txt", "1".repeat(5000) + "\n");
        put("zeros.txt", "0.1\n\0\0\0\n");
        put("grids.csv", "0.1\n");
        put("grid.txt", grid);
        put("high.txt", "0.1\n".repeat(99) + "1.5\n");
        put("queries.sql", " ".repeat((10 << 20) + 1));
        pipe("pipe.txt");
        pipe("pipe.npy");
        pipe("pipe.parquet");
        put("a-file", "");
        put("mine.html", "mine");
        Files.createDirectories(folder.resolve("folder.npy"));
    }

    private void npy() throws IOException {
        put("empty.npy", "");
        put("text.npy", "0.1\n0.2\n");
        put("cut.npy", "\u0093NUMPY\1\0\166\0{'descr'");
        put("version.npy", "\u0093NUMPY\11\0\166\0");
        put("long.npy", "\u0093NUMPY\2\0\377\377\377\377");
        npy("dictionary.npy", "{'descr': '<f8', 'shape': (1, 10, 10)}", 0);
        npy("negative.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 10, 10)}", 0);
        npy("complex.npy", "{'descr': '<c16', 'fortran_order': False, 'shape': (1, 8000)}", 128_000);
        npy("whole.npy", "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 10, 10)}", 800);
        npy("fortran.npy", "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 10, 10)}", 800);
        npy("axes.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (100,)}", 800);
        npy("tall.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 20, 5)}", 800);
        npy("none.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 10, 10)}", 0);
        npy("huge.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 10, 10)}", 0);
        npy("short.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 10, 10)}", 2000);
        npy("pressure.npy", "{'descr': '<c16', 'fortran_order': False, 'shape': (2, 77)}", 2464);
        npy("two.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 10, 10)}", 1600);
    }

    private void npy(String name, String header, int bytes) throws IOException {
        String padded = header + " ".repeat(117 - header.length()) + "\n";
        put(name, "\u0093NUMPY\1\0\166\0" + padded + "\0".repeat(bytes));
    }

    private void configurations() throws IOException {
        put("cut.json", "{\n  \"name\": \"a\"\n");
        put("list.json", "[1, 2]");
        put("two.json", "{} {}");
        put("twice.json", "{\"name\": \"a\", \"name\": \"b\"}");
        put("empty.json", "");
        put("large.json", " ".repeat((1 << 20) + 1));
    }

    private void bitstreams() throws IOException {
        put("empty.xclbin", "");
        put("text.xclbin", "no xclbin");
        put("short.xclbin", "xclbin2\0" + "\0".repeat(100));
        Commands.execute("xclbin", "create", "--rows=100", "--cols=100", "--out=" + folder.resolve("sound.xclbin"));
        byte[] sound = Files.readAllBytes(folder.resolve("sound.xclbin"));
        Files.write(folder.resolve("cut.xclbin"), Arrays.copyOf(sound, sound.length / 2));
        put("text.so", "no library");
        Files.createDirectories(folder.resolve("folder.xclbin"));
    }

    private void octoRay() throws IOException {
        put("times.txt", "");
        Files.createDirectories(folder.resolve("1_2_1.txt"));
        put("1_100_1.txt", "0:{\"id\": 1}\n");
        put("1_200_1.txt", "0:{\"id\": 1, \"cu\": 1, \"dot\": 1, \"upd\": 1, \"time\": -1}\nwall_time: 1\n");
        put("1_300_1.txt", "");
        put("1_400_2.txt", "0:{\"id\": 1, \"cu\": 1, \"dot\": 1, \"upd\": 1, \"time\": 1}\nwall_time: 1\n");
        put("1_500_1.txt", "0:{\"id\": 1, \"cu\": 1, \"dot\": 1, \"upd\": 1, \"time\": 1}\nwall_time: 1\n");
        put("1_600_1.txt", "0:{id: 1}\n");
        put("1_700_0.txt", "wall_time: 1\n");
    }

    private void parquet() throws IOException {
        put("text.parquet", "0.1\n");
        Files.createDirectories(folder.resolve("empty.parquet"));
        try (SparkSession spark = LocalSpark.open()) {
            parquet(spark, "columns.parquet", "SELECT id AS grid_id, array(0.1D) AS chi FROM range(1)");
            parquet(spark, "gap.parquet", "SELECT 2 * id AS grid_id, array_repeat(0.1D, 100) AS chi FROM range(2)");
        }
        Files.createDirectories(folder.resolve("damaged/runs/run_id=lost"));
        put("damaged/runs/run_id=lost/part-0.parquet", "PAR1");
        Files.createDirectories(folder.resolve("no-runs"));
    }

    private void parquet(SparkSession spark, String name, String query) {
        spark.sql(query).coalesce(1).write().parquet(folder.resolve(name).toString());
    }
}
