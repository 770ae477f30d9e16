package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** What all data-set files need of the file system. */
public final class DataFiles {
    private static final int SHOWN_CHARACTERS = 40;

    private DataFiles() {}

    /**
     * The file system of a path. Local files are used without Hadoop's checksum layer, which leaves .crc files beside
     * those it writes and refuses those edited since.
     */
    static FileSystem fileSystem(Path path, Configuration conf) throws IOException {
        FileSystem fileSystem = path.getFileSystem(conf);
        return fileSystem instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : fileSystem;
    }

    /**
     * The path and length of a file that must exist; the path is absolute, with its file system.
     *
     * @throws InvalidInputException if there is none, or it is a folder, a pipe or a device
     */
    public static FileStatus status(Path path, Configuration conf) throws IOException {
        FileStatus status;
        try {
            status = fileSystem(path, conf).getFileStatus(path);
        } catch (FileNotFoundException e) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_FOUND, path + ": there is no such file", "correct the path of the data");
        }
        if (!status.isFile() || !isPlain(path, conf)) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE, path + ": is not a file", "give the path of a data file");
        }
        return status;
    }

    /** False for local files that may have no end, or keep their readers waiting: pipes, devices. */
    private static boolean isPlain(Path path, Configuration conf) throws IOException {
        return !(fileSystem(path, conf) instanceof RawLocalFileSystem local)
                || Files.isRegularFile(local.pathToFile(path).toPath());
    }

    /** Whether a file of a folder is part of a data set: Spark and others pass over names like these. */
    static boolean isVisible(Path file) {
        return !file.getName().startsWith("_") && !file.getName().startsWith(".");
    }

    static FSDataInputStream openAt(Path path, long offset, Configuration conf) throws IOException {
        FSDataInputStream in = fileSystem(path, conf).open(path);
        try {
            in.seek(offset);
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return in;
    }

    /** Text out of a file as a message can show it: short and printable. */
    static String shown(String text) {
        String printable = Messages.line(text);
        return printable.length() <= SHOWN_CHARACTERS ? printable : printable.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
