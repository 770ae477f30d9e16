package io.octospark.report;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

/**
 * A file that a command writes. It appears whole or not at all, and takes the place of an earlier one of the same kind only,
 * which starts with the same text.
 *
 * @param path where it is to be
 * @param mark what files of the kind start with; empty if none is ever replaced
 */
public record OutputFile(Path path, String mark) {
    /** @throws InvalidInputException if the file can't be written */
    public OutputFile {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_NOT_WRITABLE, "--out = " + path + ": is a folder", "name a file");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_NOT_WRITABLE,
                    "--out = " + path + ": there is no folder " + folder,
                    "make it or correct the path");
        }
        if (Files.exists(path) && !isOwn(path, mark)) {
            throw new InvalidInputException(
                    ErrorCode.FILE_EXISTS,
                    "--out = " + path + ": exists already and is not overwritten",
                    "choose another name or remove it");
        }
        // Only an attempt tells: to root every folder seems writable, also those of /proc.
        write(path, new byte[0], false);
    }

    private static boolean isOwn(Path path, String mark) {
        byte[] expected = mark.getBytes(StandardCharsets.UTF_8);
        try (InputStream in = Files.newInputStream(path)) {
            return expected.length > 0 && Arrays.equals(in.readNBytes(expected.length), expected);
        } catch (IOException e) {
            throw new InvalidInputException(
                    ErrorCode.FILE_NOT_READABLE,
                    "--out = " + path + ": can't be read: " + Messages.cause(e),
                    "name another");
        }
    }

    /**
     * Writes the file.
     *
     * @throws InvalidInputException if it can't be written
     */
    public void write(byte[] content) {
        write(path, content, true);
    }

    private static void write(Path path, byte[] content, boolean keep) {
        // Not a temporary file of the system's making: those are closed to others.
        Path pending = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try {
                Files.write(pending, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                if (keep) {
                    Files.move(pending, path, StandardCopyOption.REPLACE_EXISTING);
                }
            } finally {
                Files.deleteIfExists(pending);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_NOT_WRITABLE,
                    "--out = " + path + ": can't be written: " + cause(e),
                    "correct the path");
        }
    }

    /** Without the name of the temporary file, which tells the user nothing. */
    private static String cause(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "no permission for the folder";
        }
        if (e instanceof FileSystemException failure) {
            return failure.getReason() == null ? "its folder takes no files" : failure.getReason();
        }
        return Messages.cause(e);
    }
}
