package io.octospark.data;

import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A NumPy .npy file in C order. Models are floats or doubles of shape (nz, nx), (n, nz, nx) or, in OpenFWI's layout,
 * (n, 1, nz, nx). Measured data are complex numbers of two floats or doubles, of shape (n, measurements) or (n,
 * frequencies, receivers, sources).
 */
public final class NpyGridFile implements GridFile {
    private static final long serialVersionUID = 1L;

    private final Layout layout;
    private final long grids;

    private NpyGridFile(Layout layout, long grids) {
        this.layout = layout;
        this.grids = grids;
    }

    /**
     * Opens a file of models. Reads and checks the header and compares it with the file's length; reads no values.
     *
     * @throws InvalidInputException if the file does not exist, is damaged, or does not contain grids of this size
     */
    public static NpyGridFile open(Path path, Grid grid, Configuration conf) throws IOException {
        return open(path, new Models(grid), conf);
    }

    /**
     * Opens a file of measured data in the same way. Two values make a measurement: its real and its imaginary part.
     *
     * @throws InvalidInputException if the file does not exist, is damaged, or does not contain data of this survey
     */
    public static NpyGridFile openPressure(Path path, Survey survey, Configuration conf) throws IOException {
        return open(path, new Pressure(survey), conf);
    }

    private static NpyGridFile open(Path path, Content content, Configuration conf) throws IOException {
        FileStatus status = DataFiles.status(path, conf);
        NpyHeader header;
        try (DataInputStream in = DataFiles.openAt(path, 0, conf)) {
            header = NpyHeader.read(in, path);
        }
        if (!header.descr().matches(content.types())) {
            throw invalid(
                    ErrorCode.DATA_KIND,
                    path,
                    "holds values of type %s, it must be %s"
                            .formatted(DataFiles.shown(header.descr()), content.typeNames(header.descr())),
                    content.typeRemedy(header.descr()));
        }
        if (header.fortranOrder()) {
            throw invalid(
                    ErrorCode.DATA_FORMAT,
                    path,
                    "is in Fortran order, it must be in C order",
                    "save numpy.ascontiguousarray(array)");
        }
        int valueBytes = header.descr().matches(".*(f8|c16)") ? Double.BYTES : Float.BYTES;
        long grids = content.grids(header.shape(), path);
        if (grids == 0) {
            throw invalid(
                    ErrorCode.DATA_SIZE,
                    path,
                    "has the shape %s, it must hold a grid or more".formatted(shown(header.shape())),
                    "write the file again");
        }
        long gridBytes = (long) content.values() * valueBytes;
        if (grids > Long.MAX_VALUE / gridBytes) {
            throw invalid(
                    ErrorCode.DATA_SIZE,
                    path,
                    "has the shape %s, more than the 2^63 - 1 bytes of a file".formatted(shown(header.shape())),
                    "write it again");
        }
        long dataBytes = status.getLen() - header.dataOffset();
        if (dataBytes != grids * gridBytes) {
            throw invalid(
                    ErrorCode.DATA_SIZE,
                    path,
                    "has %d bytes of data, shape %s of type %s takes %d"
                            .formatted(dataBytes, shown(header.shape()), header.descr(), grids * gridBytes),
                    "copy or write the file again");
        }
        boolean littleEndian =
                switch (header.descr().charAt(0)) {
                    case '<' -> true;
                    case '>' -> false;
                    default -> ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN; // as NumPy reads '=', '|' and none
                };
        Layout layout = new Layout(status.getPath(), header.dataOffset(), valueBytes, littleEndian, content.values());
        return new NpyGridFile(layout, grids);
    }

    /** The expected content of a file. */
    private interface Content {
        /** Returns the types of numbers, as a regular expression. */
        String types();

        /** Returns the types in words, for a message about a file with numbers of another type. */
        String typeNames(String type);

        /** Returns the remedy for a file with numbers of this other type. */
        String typeRemedy(String type);

        /** Returns how many floats or doubles a grid has. */
        int values();

        /** Returns the number of grids in an array; refuses other shapes. */
        long grids(List<Long> shape, Path path);
    }

    private record Models(Grid grid) implements Content {
        static final String TYPES = "[<>=|]?f[48]";

        @Override
        public String types() {
            return TYPES;
        }

        @Override
        public String typeNames(String type) {
            return type.matches(Pressure.TYPES) ? "f4 or f8 for models" : "f4 or f8";
        }

        @Override
        public String typeRemedy(String type) {
            return type.matches(Pressure.TYPES)
                    ? "complex numbers are measured data, for which data_kind is pressure"
                    : "convert the array with astype('<f8')";
        }

        @Override
        public int values() {
            return grid.cells();
        }

        @Override
        public long grids(List<Long> shape, Path path) {
            int axes = shape.size();
            if (axes < 2 || axes > 4 || (axes == 4 && shape.get(1) != 1)) {
                throw invalid(
                        ErrorCode.DATA_SIZE,
                        path,
                        "has the shape %s, it must be (nz, nx), (n, nz, nx) or (n, 1, nz, nx)".formatted(shown(shape)),
                        "reshape the array");
            }
            if (shape.get(axes - 2) != grid.nz() || shape.get(axes - 1) != grid.nx()) {
                throw invalid(
                        ErrorCode.DATA_SIZE,
                        path,
                        "has the shape %s, its last two lengths must be nz, nx = %d, %d"
                                .formatted(shown(shape), grid.nz(), grid.nx()),
                        "correct ngrid or the file");
            }
            return axes == 2 ? 1 : shape.get(0);
        }
    }

    private record Pressure(Survey survey) implements Content {
        static final String TYPES = "[<>=|]?c(8|16)";

        @Override
        public String types() {
            return TYPES;
        }

        @Override
        public String typeNames(String type) {
            return "c8 or c16, as measured data are complex";
        }

        @Override
        public String typeRemedy(String type) {
            return type.matches(Models.TYPES)
                    ? "of models data_kind is contrast or velocity"
                    : "convert the array with astype('<c16')";
        }

        @Override
        public int values() {
            return Math.toIntExact(2 * survey.measurements());
        }

        @Override
        public long grids(List<Long> shape, Path path) {
            long measurements = survey.measurements();
            List<Long> axes = List.of(
                    (long) survey.frequenciesHz().size(),
                    (long) survey.receivers().size(),
                    (long) survey.sources().size());
            List<Long> ofGrid = shape.isEmpty() ? shape : shape.subList(1, shape.size());
            if (!ofGrid.equals(List.of(measurements)) && !ofGrid.equals(axes)) {
                throw invalid(
                        ErrorCode.DATA_SIZE,
                        path,
                        ("has the shape %s, it must be (n, %d) or (n, %d, %d, %d), the measurements of n grids"
                                        + " (nTotal, nReceivers, nSources)")
                                .formatted(shown(shape), measurements, axes.get(0), axes.get(1), axes.get(2)),
                        "correct fwi or the file");
            }
            return shape.get(0);
        }
    }

    /** Returns a shape in NumPy's notation. */
    private static String shown(List<Long> shape) {
        String lengths = DataFiles.shown(shape.toString().replaceAll("[\\[\\]]", ""));
        return "(" + lengths + (shape.size() == 1 ? ",)" : ")");
    }

    private static InvalidInputException invalid(ErrorCode code, Path path, String what, String remedy) {
        return new InvalidInputException(code, path + ": " + what, remedy);
    }

    @Override
    public long grids() {
        return grids;
    }

    @Override
    public GridReader open(long first, long count, Configuration conf) throws IOException {
        Objects.checkFromIndexSize(first, count, grids);
        long offset = layout.dataOffset + first * layout.values * layout.valueBytes;
        DataInputStream in = DataFiles.openAt(layout.path, offset, conf);
        ByteOrder order = layout.littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        NpyValues values = new NpyValues(in, layout.valueBytes, order);
        return new SequentialReader(layout.path, values, layout.values, first, first, count);
    }

    /**
     * The layout of the values in the file.
     *
     * @param dataOffset offset of the first value, in bytes
     * @param valueBytes bytes of a value, 4 or 8
     * @param values number of values of a grid
     */
    private record Layout(Path path, long dataOffset, int valueBytes, boolean littleEndian, int values)
            implements Serializable {}
}
