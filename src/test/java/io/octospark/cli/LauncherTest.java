package io.octospark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher does before it starts Spark. */
class LauncherTest {
    @TempDir
    private Path folder;

    @Test
    void aDryRunShowsNoSecrets() throws Exception {
        Path jar = Files.createFile(folder.resolve("octospark.jar"));
        Files.createFile(Files.createDirectories(folder.resolve("spark/jars")).resolve("spark-core_2.13-4.2.0.jar"));

        Launcher.Outcome outcome = Launcher.octospark(
                folder,
                Map.of(
                        "OCTOSPARK_JAR",
                        jar.toString(),
                        "SPARK_HOME",
                        folder.resolve("spark").toString(),
                        "OCTOSPARK_SUBMIT_OPTS",
                        "--conf spark.authenticate.secret='S3 a'"),
                "run",
                "--experiment=a b.json",
                "--dry-run",
                "--",
                "--conf",
                "spark.hadoop.fs.s3a.secret.key=S3=b",
                "--conf=spark.executorEnv.AWS_ACCESS_KEY_ID=S3c",
                "--conf",
                "spark.app.name=token=shown");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .doesNotContain("S3")
                .contains(
                        " --conf spark.authenticate.secret=\\*\\*\\*",
                        " --conf spark.hadoop.fs.s3a.secret.key=\\*\\*\\*",
                        " --conf=spark.executorEnv.AWS_ACCESS_KEY_ID=\\*\\*\\*",
                        " --conf spark.app.name=token=shown",
                        " run --experiment=a\\ b.json");
    }
}
