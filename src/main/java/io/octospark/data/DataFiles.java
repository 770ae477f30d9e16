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

/** File-system helpers that all data-set files share. */
public final class DataFiles {
    private static final int SHOWN_CHARACTERS = 40;

    private DataFiles() {}

    /**
     * Returns the file system of a path. Local files bypass Hadoop's checksum layer, which leaves .crc files beside the
     * files it writes and refuses files that were edited since.
     */
    static FileSystem fileSystem(Path path, Configuration conf) throws IOException {
        FileSystem fileSystem = path.getFileSystem(conf);
        return fileSystem instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : fileSystem;
    }

    /**
     * Returns the status of an existing file, with its length and its absolute path including the file system.
     *
     * @throws InvalidInputException if the file does not exist, or is a folder, a pipe or a device
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

    /** Returns false for local pipes and devices, which may have no end or block their readers. */
    private static boolean isPlain(Path path, Configuration conf) throws IOException {
        return !(fileSystem(path, conf) instanceof RawLocalFileSystem local)
                || Files.isRegularFile(local.pathToFile(path).toPath());
    }

    /** Returns whether a file of a folder is part of a data set; Spark and others skip the hidden names. */
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

    /** Returns text from a file in a form fit for messages: short and printable. */
    static String shown(String text) {
        String printable = Messages.line(text);
        return printable.length() <= SHOWN_CHARACTERS ? printable : printable.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
