package io.octospark.results;

import io.octospark.error.Messages;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files of a table's folder, some of which may be damaged.
 *
 * @param whole paths of the files that end like Parquet files
 * @param notices a line for each file that is left out
 */
record TableFiles(List<String> whole, List<String> notices) {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL_BYTES = Integer.BYTES + MAGIC.length;

    static TableFiles of(FileSystem fileSystem, Path table) throws IOException {
        List<String> whole = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        Set<String> unfinished = new TreeSet<>();
        RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(table, true);
        while (files.hasNext()) {
            LocatedFileStatus file = files.next();
            String path = file.getPath().toUri().getPath();
            List<String> below =
                    List.of(path.substring(table.toUri().getPath().length() + 1).split("/", -1));
            int hidden = hidden(below);
            if (hidden == below.size()) {
                String damage = damage(fileSystem, file);
                if (damage == null) {
                    whole.add(file.getPath().toString());
                } else {
                    notices.add(path + ": " + damage + "; it is left out");
                }
            } else if (below.get(hidden).equals(ResultStore.UNFINISHED)) {
                unfinished.add(String.join("/", below.subList(0, hidden)));
            }
        }
        unfinished.forEach(
                folder -> notices.add("%s: being written, or left by a run that was interrupted; it is left out"
                        .formatted(new Path(new Path(table, folder), ResultStore.UNFINISHED)
                                .toUri()
                                .getPath())));
        return new TableFiles(whole, notices);
    }

    /** Returns the index of the first name that readers of Hadoop's folders skip. */
    private static int hidden(List<String> names) {
        int i = 0;
        while (i < names.size()
                && !names.get(i).startsWith("_")
                && !names.get(i).startsWith(".")) {
            i++;
        }
        return i;
    }

    /** Says why a file is no whole Parquet file, whose end is the length of the footer and four letters. */
    private static String damage(FileSystem fileSystem, LocatedFileStatus file) {
        long length = file.getLen();
        String notWhole = "no whole Parquet file (%d bytes)".formatted(length);
        if (length < MAGIC.length + TAIL_BYTES) {
            // An empty file is not opened: it may be a pipe, which would keep its reader waiting.
            return notWhole;
        }
        byte[] tail = new byte[TAIL_BYTES];
        try (FSDataInputStream in = fileSystem.open(file.getPath())) {
            in.readFully(length - TAIL_BYTES, tail);
        } catch (EOFException | ChecksumException e) {
            return notWhole;
        } catch (IOException e) {
            return "can't be read: " + Messages.cause(e);
        }
        int footer = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
        boolean ends = Arrays.equals(tail, Integer.BYTES, TAIL_BYTES, MAGIC, 0, MAGIC.length);
        return ends && footer > 0 && footer <= length - TAIL_BYTES - MAGIC.length ? null : notWhole;
    }
}
