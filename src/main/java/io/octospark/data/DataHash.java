package io.octospark.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Hash of data sets, to check that a run still has the data it was started with. It is the SHA-256 over the lengths and
 * contents of the files, in the order of their names. If the files hold more than a gigabyte, blocks spread over each
 * file represent its contents: a change elsewhere that keeps the length goes unnoticed.
 */
public final class DataHash {
    private static final long MOST_BYTES = 1L << 30;
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int BLOCKS = 64;

    private DataHash() {}

    /**
     * Returns the hash of data sets, each a file or a folder of files.
     *
     * @param configuration Hadoop configuration for the file systems
     */
    public static String of(List<String> dataSets, Configuration configuration) throws IOException {
        return of(dataSets, configuration, MOST_BYTES);
    }

    static String of(List<String> dataSets, Configuration configuration, long mostBytes) throws IOException {
        List<LocatedFileStatus> files = new ArrayList<>();
        for (String dataSet : dataSets) {
            files.addAll(files(new Path(dataSet), configuration));
        }
        boolean whole = files.stream().mapToLong(LocatedFileStatus::getLen).sum() <= mostBytes;
        MessageDigest digest = sha256();
        byte[] block = new byte[BLOCK_BYTES];
        for (LocatedFileStatus file : files) {
            digest.update(Long.toString(file.getLen()).getBytes(StandardCharsets.US_ASCII));
            if (file.getLen() == 0) {
                // Empty files are not opened: a pipe has no bytes either, and would block its reader.
                continue;
            }
            FileSystem fileSystem = DataFiles.fileSystem(file.getPath(), configuration);
            try (FSDataInputStream in = fileSystem.open(file.getPath())) {
                if (whole || file.getLen() <= (long) BLOCKS * BLOCK_BYTES) {
                    for (int read = in.read(block); read >= 0; read = in.read(block)) {
                        digest.update(block, 0, read);
                    }
                } else {
                    for (int i = 0; i < BLOCKS; i++) {
                        // The first block, the last, and others spread evenly between them.
                        in.readFully((long) ((double) i / (BLOCKS - 1) * (file.getLen() - BLOCK_BYTES)), block);
                        digest.update(block);
                    }
                }
            }
        }
        return (whole ? "sha256:" : "sha256-of-blocks:") + HexFormat.of().formatHex(digest.digest());
    }

    private static List<LocatedFileStatus> files(Path dataSet, Configuration configuration) throws IOException {
        FileSystem fileSystem = DataFiles.fileSystem(dataSet, configuration);
        String root = fileSystem.getFileStatus(dataSet).getPath().toString();
        List<LocatedFileStatus> files = new ArrayList<>();
        RemoteIterator<LocatedFileStatus> found = fileSystem.listFiles(dataSet, true);
        while (found.hasNext()) {
            LocatedFileStatus file = found.next();
            // Readers of data sets skip the same names.
            String below = file.getPath().toString().substring(root.length());
            if (!below.contains("/_") && !below.contains("/.")) {
                files.add(file);
            }
        }
        files.sort(Comparator.comparing(file -> file.getPath().toString()));
        return files;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
