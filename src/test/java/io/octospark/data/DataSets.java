package io.octospark.data;

import io.octospark.model.DataGrid;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** What the tests of data-set files share. */
final class DataSets {
    static final Configuration CONF = new Configuration();

    private DataSets() {}

    static Grid grid(int nx, int nz) {
        return Grid.of(nx, nz, new Position(-300, 0), new Position(300, 300));
    }

    static Path path(java.nio.file.Path file) {
        return new Path(file.toUri());
    }

    static List<String> names(java.nio.file.Path folder) throws IOException {
        try (Stream<java.nio.file.Path> files = java.nio.file.Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    static List<DataGrid> read(GridFile file, long first, long count) throws IOException {
        List<DataGrid> grids = new ArrayList<>();
        try (GridReader reader = file.open(first, count, CONF)) {
            reader.forEachRemaining(grids::add);
        }
        return grids;
    }

    @SuppressWarnings("unchecked") // what comes back is of the class of what was sent
    private static <T extends Serializable> T sent(T object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether {@code count} grids from {@code first} on have the numbers of {@code all}. */
    static boolean reads(GridFile file, int first, int count, double[][] all) {
        try {
            List<DataGrid> grids = read(file, first, count);
            for (int i = 0; i < grids.size(); i++) {
                DataGrid grid = grids.get(i);
                if (grid.id() != first + i || !Arrays.equals(grid.values(), all[first + i])) {
                    return false;
                }
            }
            return grids.size() == count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether grids have the numbers of {@code all} wherever an executor, which was sent the file, starts and ends. */
    static boolean readsEveryRange(GridFile opened, double[][] all) throws IOException {
        GridFile file = sent(opened);
        for (int first = 0; first <= all.length; first++) {
            for (int count = 0; count <= all.length - first; count++) {
                if (!reads(file, first, count, all)) {
                    return false;
                }
            }
        }
        return file.grids() == all.length;
    }

    /** Grids of numbers of all magnitudes, also those that are not finite. */
    static double[][] random(int grids, int cells, long seed) {
        Random random = new Random(seed);
        double[][] all = new double[grids][cells];
        for (double[] values : all) {
            // One pattern of bits for NaN, as text can't tell them apart.
            Arrays.setAll(values, i -> {
                double value = Double.longBitsToDouble(random.nextLong());
                return Double.isNaN(value) ? Double.NaN : value;
            });
        }
        all[0][0] = -0.0;
        all[0][1] = Double.NaN;
        all[0][2] = Double.NEGATIVE_INFINITY;
        all[0][3] = Double.MIN_VALUE;
        return all;
    }
}
