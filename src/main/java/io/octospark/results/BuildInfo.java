package io.octospark.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The build of the application.
 *
 * @param version version of the application
 * @param gitCommit commit it was built from, with {@code -dirty} after it if files were changed; empty outside git
 */
public record BuildInfo(String version, String gitCommit) {
    /** Returns the running build. */
    public static BuildInfo current() {
        Properties properties = properties();
        String commit = properties.getProperty("git.commit");
        // Outside a git checkout the build leaves the placeholder as it is.
        return new BuildInfo(properties.getProperty("version"), commit.startsWith("${") ? "" : commit);
    }

    /** Returns the version of the charting library of reports. */
    public static String echartsVersion() {
        return properties().getProperty("echarts.version");
    }

    private static Properties properties() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("/io/octospark/build.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
