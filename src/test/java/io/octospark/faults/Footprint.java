package io.octospark.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this process holds.
 *
 * @param threads names of its Java threads
 * @param files what its file descriptors are open for
 * @param temporary names of files in the places for temporary ones
 * @param heapBytes heap in use after garbage collection
 * @param residentBytes memory of the process that is in use: heap, the JVM's own, and what native libraries have taken
 */
record Footprint(List<String> threads, List<String> files, List<String> temporary, long heapBytes, long residentBytes) {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** Objects that are freed by what collecting others has set off. */
    private static final int COLLECTIONS = 3;

    /**
     * Takes it, after garbage collection.
     *
     * @param temporaryFolders where temporary files are
     */
    static Footprint take(List<Path> temporaryFolders) throws IOException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        List<String> threads = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .sorted()
                .toList();
        List<String> temporary = new ArrayList<>();
        for (Path folder : temporaryFolders) {
            temporary.addAll(names(folder));
        }
        return new Footprint(threads, openFiles(), temporary, heap, resident());
    }

    /** All files in a folder and in those in it; none where it is not there. */
    static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }

    private static List<String> openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.map(Footprint::target).sorted().toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            // Numbers of sockets and pipes change, how many there are should not.
            return Files.readSymbolicLink(descriptor).toString().replaceAll("\\[\\d+]", "");
        } catch (IOException e) {
            return "closed since";
        }
    }

    private static long resident() {
        try {
            Matcher line = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
            if (!line.find()) {
                throw new IllegalStateException("/proc/self/status has no VmRSS");
            }
            return Long.parseLong(line.group(1)) << 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "%d threads, %d open files, %d temporary files, heap %.1f MiB, resident %.1f MiB"
                .formatted(
                        threads.size(),
                        files.size(),
                        temporary.size(),
                        heapBytes / 1024.0 / 1024,
                        residentBytes / 1024.0 / 1024);
    }
}
