package io.octospark.faults;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system under the scheme {@code faulty}, with faults that are {@linkplain #inject injected}. The faults are
 * those of a process; one that has none injected takes them from its system property {@value #PROPERTY}.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
    /** The setting of Spark that makes it known. */
    public static final String SETTING = "spark.hadoop.fs.faulty.impl";

    /** Faults of a process: {@code OPERATION:AFTER:EFFECT:LASTING} with commas between. */
    static final String PROPERTY = "octospark.test.faults";

    private static final URI NAME = URI.create("faulty:///");

    /** What can fail. */
    enum Operation {
        /** Making a file. */
        CREATE,
        /** Writing into a file. */
        WRITE,
        /** Ending a file. */
        CLOSE,
        /** Renaming a file or a folder. */
        RENAME,
        /** Opening a file to read it. */
        OPEN
    }

    /** What happens. */
    enum Effect {
        /** An error of input or output; a file that is being ended loses its last half. */
        ERROR,
        /** An exception that nobody expects of a file system. */
        BUG,
        /** Nothing to the operation, but the {@linkplain #inject action} that was given. */
        ACTION
    }

    /**
     * A fault.
     *
     * @param operation what fails
     * @param after operations that go well before it; of {@link Operation#WRITE} bytes
     * @param effect what happens
     * @param lasting whether all later ones fail too
     */
    record Fault(Operation operation, long after, Effect effect, boolean lasting) {
        static Fault parse(String text) {
            String[] words = text.split(":", -1);
            return new Fault(
                    Operation.valueOf(words[0]),
                    Long.parseLong(words[1]),
                    Effect.valueOf(words[2]),
                    Boolean.parseBoolean(words[3]));
        }

        @Override
        public String toString() {
            return operation + ":" + after + ":" + effect + ":" + lasting;
        }
    }

    private static final Map<Operation, Long> DONE = new EnumMap<>(Operation.class);
    private static final List<Fault> FAULTS = new ArrayList<>();
    private static Runnable action = () -> {};

    static {
        String faults = System.getProperty(PROPERTY, "");
        if (!faults.isEmpty()) {
            List.of(faults.split(",")).forEach(fault -> FAULTS.add(Fault.parse(fault)));
        }
    }

    /**
     * From now on there are these faults in place of others; operations are counted anew.
     *
     * @param whatToDo the action, of the thread whose operation it is
     */
    static synchronized void inject(List<Fault> faults, Runnable whatToDo) {
        FAULTS.clear();
        FAULTS.addAll(faults);
        DONE.clear();
        action = whatToDo;
    }

    /** Counts an operation before it is carried out. Fails if it is to fail. */
    private static void pass(Operation operation, long amount) throws IOException {
        Effect effect;
        Runnable toDo;
        synchronized (FaultyFileSystem.class) {
            long before = DONE.getOrDefault(operation, 0L);
            DONE.put(operation, before + amount);
            effect = FAULTS.stream()
                    .filter(fault -> fault.operation() == operation)
                    .filter(fault -> before + amount > fault.after() && (fault.lasting() || before <= fault.after()))
                    .map(Fault::effect)
                    .findFirst()
                    .orElse(null);
            toDo = action;
        }
        if (effect == Effect.ERROR) {
            throw new IOException(
                    operation == Operation.WRITE
                            ? "No space left on device (injected)"
                            : operation + " fails (injected)");
        }
        if (effect == Effect.BUG) {
            throw new IllegalStateException(operation + " breaks (injected)");
        }
        if (effect == Effect.ACTION) {
            toDo.run();
        }
    }

    @Override
    public URI getUri() {
        return NAME;
    }

    @Override
    public String getScheme() {
        return NAME.getScheme();
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
            throws IOException {
        pass(Operation.CREATE, 1);
        return faulty(file, super.create(file, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        pass(Operation.CREATE, 1);
        return faulty(file, super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataOutputStream createNonRecursive(
            Path file,
            FsPermission permission,
            EnumSet<CreateFlag> flags,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        pass(Operation.CREATE, 1);
        return faulty(
                file, super.createNonRecursive(file, permission, flags, bufferSize, replication, blockSize, progress));
    }

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
        pass(Operation.OPEN, 1);
        return super.open(file, bufferSize);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        pass(Operation.RENAME, 1);
        return super.rename(from, to);
    }

    @Override
    public FileStatus getFileStatus(Path file) throws IOException {
        return plain(super.getFileStatus(file));
    }

    @Override
    public FileStatus[] listStatus(Path folder) throws IOException {
        FileStatus[] found = super.listStatus(folder);
        for (int i = 0; i < found.length; i++) {
            found[i] = plain(found[i]);
        }
        return found;
    }

    /** Without owner and permissions, which the local file system looks up under its own scheme. */
    private static FileStatus plain(FileStatus file) {
        return new FileStatus(
                file.getLen(),
                file.isDirectory(),
                file.getReplication(),
                file.getBlockSize(),
                file.getModificationTime(),
                file.getPath());
    }

    private FSDataOutputStream faulty(Path file, FSDataOutputStream stream) throws IOException {
        return new FSDataOutputStream(
                new FaultyStream(java.nio.file.Path.of(file.toUri().getPath()), stream), null);
    }

    private static final class FaultyStream extends FilterOutputStream {
        private final java.nio.file.Path file;
        private boolean closed;

        FaultyStream(java.nio.file.Path file, OutputStream out) {
            super(out);
            this.file = file;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            pass(Operation.WRITE, length);
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            out.close();
            try {
                pass(Operation.CLOSE, 1);
            } catch (IOException e) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() / 2);
                }
                throw e;
            }
        }
    }
}
