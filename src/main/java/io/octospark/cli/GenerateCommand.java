package io.octospark.cli;

import io.octospark.cli.options.ExitCode;
import io.octospark.data.GridWriter;
import io.octospark.data.ModelGenerator;
import io.octospark.data.ModelKind;
import io.octospark.data.NpyWriter;
import io.octospark.data.TextGridWriter;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Messages;
import io.octospark.model.Contrast;
import io.octospark.model.DataKind;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.spark.ParquetGrids;
import io.octospark.spark.SparkSessions;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "generate",
        description = "Generates a data set of synthetic models.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
    /** Limit far above any inversion here, because a grid is generated in memory. */
    private static final int MAX_CELLS = 10_000_000;

    @Option(
            names = "--model",
            required = true,
            description =
                    "Kind of models: ${COMPLETION-CANDIDATES}. layers: the notebook's horizontal layers; camembert: a disc;"
                            + " smooth: a smooth random field; blocky: random rectangles; temple: the outline of a temple.")
    private ModelKind model;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "File to write. Its ending sets the format: .txt (one value per line), .npy or .parquet.")
    private String out;

    @Option(
            names = "--grids",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of grids. Default: ${DEFAULT-VALUE}.")
    private long grids;

    @Option(
            names = "--nx",
            paramLabel = "N",
            defaultValue = "10",
            description = "Number of cells along x. Default: ${DEFAULT-VALUE}.")
    private int nx;

    @Option(
            names = "--nz",
            paramLabel = "N",
            defaultValue = "10",
            description = "Number of cells along z. Default: ${DEFAULT-VALUE}.")
    private int nz;

    @Option(
            names = "--width",
            paramLabel = "METRES",
            defaultValue = "600",
            description = "Width of the section in metres. Default: ${DEFAULT-VALUE}.")
    private double width;

    @Option(
            names = "--depth",
            paramLabel = "METRES",
            defaultValue = "300",
            description = "Depth of the section in metres. Default: ${DEFAULT-VALUE}.")
    private double depth;

    @Option(
            names = "--kind",
            defaultValue = "contrast",
            description = "Quantity to write: contrast, or velocity in m/s. Default: ${DEFAULT-VALUE}.")
    private DataKind kind;

    @Option(
            names = "--c0",
            paramLabel = "M/S",
            defaultValue = "2000",
            description = "Velocity of the background in m/s. Default: ${DEFAULT-VALUE}.")
    private double backgroundVelocity;

    @Option(
            names = "--amplitude",
            defaultValue = "" + ModelGenerator.DEFAULT_AMPLITUDE,
            description = "Largest contrast, above 0 and below 1; no effect on layers, which have fixed velocities."
                    + " Default: ${DEFAULT-VALUE}.")
    private double amplitude;

    @Option(
            names = "--openfwi",
            description = "Write .npy in the layout of OpenFWI's velocity maps: float32 of shape (n, 1, nz, nx).")
    private boolean openFwi;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the random models. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description = "Spark's master, used to write .parquet. Default: local[*].")
    private Optional<String> master;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        require(grids >= 1, "--grids = " + grids + ": must be 1 or more");
        require(
                nx >= Grid.MIN_CELLS_PER_AXIS && nz >= Grid.MIN_CELLS_PER_AXIS,
                "--nx, --nz = " + nx + ", " + nz + ": must be 3 or more");
        require(
                (long) nx * nz <= MAX_CELLS,
                "--nx, --nz = " + nx + ", " + nz + ": must make at most " + MAX_CELLS + " cells");
        require(
                isLength(width) && isLength(depth),
                "--width, --depth = " + width + ", " + depth + ": must be from 0.001 to 1e9 metres");
        require(
                backgroundVelocity > 0 && Double.isFinite(backgroundVelocity),
                "--c0 = " + backgroundVelocity + ": must be a finite number above 0");
        require(
                kind != DataKind.PRESSURE,
                "--kind = pressure: must be contrast or velocity (simulate makes pressures)");
        require(!openFwi || out.endsWith(".npy"), "--openfwi: is for .npy, not " + out);
        Grid grid = Grid.of(nx, nz, new Position(0, 0), new Position(width, depth));
        ModelGenerator generator = new ModelGenerator(model, grid, backgroundVelocity, amplitude, seed);
        if (out.endsWith(".parquet")) {
            try (SparkSession spark = SparkSessions.open("generate", master)) {
                DataKind written = kind;
                ParquetGrids.write(spark, out, kind, grids, id -> values(generator, written, id));
            }
        } else {
            try (GridWriter writer = open(grid)) {
                for (long id = 0; id < grids; id++) {
                    writer.write(values(generator, kind, id));
                }
            }
        }
        spec.commandLine().getOut().printf("%s: %d grids of %dx%d cells, %s%n", out, grids, nx, nz, kind);
        return ExitCode.DONE;
    }

    private GridWriter open(Grid grid) {
        try {
            if (out.endsWith(".npy")) {
                return openFwi
                        ? NpyWriter.openFwi(new Path(out), grid, grids, new Configuration())
                        : new NpyWriter(new Path(out), grid, grids, new Configuration());
            }
            if (out.endsWith(".txt")) {
                return new TextGridWriter(new Path(out), grid, grids, new Configuration());
            }
        } catch (IllegalArgumentException | IOException e) {
            throw new InvalidInputException(
                    ErrorCode.OUTPUT_NOT_WRITABLE,
                    "--out = " + out + ": can't be written: " + Messages.cause(e),
                    "correct the path");
        }
        throw new InvalidInputException(
                ErrorCode.OUTPUT_FORMAT,
                "--out = " + out + ": unknown format",
                "end the name in .txt, .npy or .parquet");
    }

    private static boolean isLength(double metres) {
        return metres >= 1e-3 && metres <= 1e9;
    }

    private static double[] values(ModelGenerator generator, DataKind kind, long id) {
        double[] chi = generator.contrast(id);
        return kind == DataKind.CONTRAST
                ? chi
                : Arrays.stream(chi)
                        .map(contrast -> Contrast.toVelocity(contrast, generator.backgroundVelocity()))
                        .toArray();
    }

    private void require(boolean condition, String problem) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), problem + "; correct the value");
        }
    }
}
