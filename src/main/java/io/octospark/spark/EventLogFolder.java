package io.octospark.spark;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Where Spark writes event logs: into a folder that is there; else it does not start. */
final class EventLogFolder {
    /** Spark's default, a place where every user may have been first. */
    private static final Path SHARED = Path.of("/tmp/spark-events");

    private static final String SETTING = "spark.eventLog.dir";

    private EventLogFolder() {}

    /** The folder of these settings. */
    static String of(SparkConf conf) {
        return conf.get(SETTING, SHARED.toString());
    }

    /**
     * Makes it, if logs are to be written.
     *
     * @throws InvalidInputException if it can't be made, or is not the user's
     */
    static void make(SparkConf conf) {
        if (!conf.getBoolean("spark.eventLog.enabled", false)) {
            return;
        }
        if (!conf.contains(SETTING)) {
            makeOwn(SHARED);
            return;
        }
        try {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(of(conf));
            path.getFileSystem(SparkHadoopUtil.get().newConfiguration(conf)).mkdirs(path);
        } catch (IOException | RuntimeException e) {
            throw refused(of(conf), "can't be made: " + Messages.cause(e));
        }
    }

    /** Makes a folder that others can't read, or sees that the one that is there is this user's or the system's. */
    static void makeOwn(Path folder) {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            requireOwn(folder);
        } catch (IOException e) {
            throw refused(folder.toString(), "can't be made: " + Messages.cause(e));
        }
    }

    private static void requireOwn(Path folder) {
        try {
            String owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName();
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    || !List.of(System.getProperty("user.name"), "root").contains(owner)) {
                throw refused(folder.toString(), "Spark's default, is not a folder of yours");
            }
        } catch (IOException e) {
            throw refused(folder.toString(), "can't be read: " + Messages.cause(e));
        }
    }

    private static InvalidInputException refused(String folder, String why) {
        return new InvalidInputException(
                ErrorCode.EVENT_LOG,
                SETTING + " = " + folder + ": " + why,
                "name another folder, or leave spark.eventLog.enabled out");
    }
}
