package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.cli.options.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsCommandTest {
    private record Outcome(int exitCode, String out, String err) {}

    @TempDir
    private Path folder;

    private static Outcome hosts(Path file, String format) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Main.execute("hosts", "--cluster", file.toString(), "--format", format);
            return new Outcome(
                    exitCode, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Test
    void listsTheExample() {
        assertThat(hosts(Path.of("conf/cluster_config.json"), "csv")).isEqualTo(new Outcome(0, """
                host,ssh_port,user,key,xrt,dir,units,cores,memory,bitstream,master
                node1,22,,,/opt/xilinx/xrt/setup.sh,/opt/octospark,1,12,,bitstreams/5000_100_1CU/5000_100_1cu.xclbin,spark://node1:7077
                node2,22,,,/opt/xilinx/xrt/setup.sh,/opt/octospark,2,12,16384m,bitstreams/5000_100_2CU/5000_100_2cu.xclbin,spark://node1:7077
                """, ""));
    }

    @Test
    void printsATableAndJson() throws Exception {
        Path file = Files.writeString(
                folder.resolve("cluster.json"),
                "{\"scheduler\": \"a\", \"hosts\": [\"a\", \"b\"], \"connect_options\": {\"username\": \"fwi\"},"
                        + " \"worker_class\": \"distributed.Worker\"}");
        String notice = file + ": accepted, without effect here: worker_class" + System.lineSeparator();

        assertThat(hosts(file, "table")).isEqualTo(new Outcome(0, """
                +------+----------+------+-----+-----+-----+-------+-------+--------+-----------+----------------+
                | host | ssh_port | user | key | xrt | dir | units | cores | memory | bitstream | master         |
                +------+----------+------+-----+-----+-----+-------+-------+--------+-----------+----------------+
                | a    |       22 | fwi  |     |     |     |     1 |     0 |        |           | spark://a:7077 |
                | b    |       22 | fwi  |     |     |     |     1 |     0 |        |           | spark://a:7077 |
                +------+----------+------+-----+-----+-----+-------+-------+--------+-----------+----------------+
                """, notice));
        assertThat(hosts(file, "json").out)
                .startsWith("[\n{\"host\":\"a\",\"ssh_port\":22,\"user\":\"fwi\",\"key\":null,");
    }

    @Test
    void refusesAFaultyFile() throws Exception {
        Path file = Files.writeString(folder.resolve("cluster.json"), "{\"scheduler\": \"a\", \"hosts\": []}");

        assertThat(hosts(file, "csv"))
                .isEqualTo(new Outcome(
                        ExitCode.INVALID_INPUT,
                        "",
                        "error[VALUE_OUT_OF_RANGE]: " + file
                                + ": hosts = []: must be a list [ ] of 1 to 1000 texts; correct the value"
                                + System.lineSeparator()));
    }
}
