package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModel;
import io.octospark.physics.ForwardModelException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Total fields by finite differences of second order for the Helmholtz equation, on nodes of which the outermost of the
 * domain lie on its edges: node (i, j) has the contrast of cell (i, j), and its field is returned as that cell's. Outside
 * of the domain the medium is the background.
 *
 * <p>For every frequency and contrast one elimination serves all sources. With m x n nodes in all, layers and what sources
 * need included, and m not above n, it takes {@code 8 m^3 n} operations and {@code 16 m n (m + sources)} bytes, and twice
 * the first at most where pivoting exchanges rows.
 */
final class FiniteDifferences implements ForwardModel {
    private static final double GIB = 1L << 30;

    private final Grid grid;
    private final Survey survey;
    private final FiniteDifference settings;
    private final KaiserSource source;

    FiniteDifferences(Grid grid, Survey survey, FiniteDifference settings) {
        this.grid = grid;
        this.survey = survey;
        this.settings = settings;
        this.source = new KaiserSource(settings.sourceHalfWidth(), settings.kaiserBeta());
    }

    @Override
    public ComplexVector[] totalFields(int frequency, double[] contrast) {
        double wavelength = survey.backgroundVelocity() / survey.frequenciesHz().get(frequency);
        NodeAxis x = NodeAxis.of(
                grid.topLeft().x(),
                grid.bottomRight().x(),
                grid.nx(),
                coordinates(Position::x),
                settings.sourceHalfWidth(),
                settings.pmlWidthX() * wavelength);
        NodeAxis z = NodeAxis.of(
                grid.topLeft().z(),
                grid.bottomRight().z(),
                grid.nz(),
                coordinates(Position::z),
                settings.sourceHalfWidth(),
                settings.pmlWidthZ() * wavelength);
        NodeGrid nodes = new NodeGrid(x, z);
        requireMemory(nodes, frequency);
        ComplexVector[] values = sources(nodes);
        BandedSystem.solve(matrix(nodes, frequency, contrast), values);
        ComplexVector[] fields = new ComplexVector[survey.sources().size()];
        for (int s = 0; s < fields.length; s++) {
            fields[s] = field(nodes, values, s);
            Failures.requireFinite(survey, frequency, s, fields[s]);
        }
        return fields;
    }

    private double[] coordinates(ToDoubleFunction<Position> coordinate) {
        return survey.sources().stream().mapToDouble(coordinate).toArray();
    }

    private void requireMemory(NodeGrid nodes, int frequency) {
        double bytes =
                16.0 * nodes.count() * (nodes.inner().count() + survey.sources().size());
        long available = Runtime.getRuntime().maxMemory();
        if (bytes > available) {
            throw new ForwardModelException(String.format(
                    Locale.ROOT,
                    "finite differences at %s Hz take %d x %d nodes and %.1f GiB, over the JVM's %.1f GiB: thinner layers,"
                            + " fewer cells, sources nearer to the domain or more memory",
                    survey.frequenciesHz().get(frequency),
                    nodes.x().count(),
                    nodes.z().count(),
                    bytes / GIB,
                    available / GIB));
        }
    }

    /** The sources' shares in each node. */
    private ComplexVector[] sources(NodeGrid nodes) {
        ComplexVector[] values = new ComplexVector[(int) nodes.count()];
        Arrays.setAll(values, node -> ComplexVector.zeros(survey.sources().size()));
        for (int s = 0; s < survey.sources().size(); s++) {
            Position position = survey.sources().get(s);
            double[] alongX = source.weights(nodes.x(), position.x());
            double[] alongZ = source.weights(nodes.z(), position.z());
            for (int iz = 0; iz < alongZ.length; iz++) {
                for (int ix = 0; ix < alongX.length; ix++) {
                    values[nodes.index(ix, iz)].re()[s] = alongX[ix] * alongZ[iz];
                }
            }
        }
        return values;
    }

    private HelmholtzStencil matrix(NodeGrid nodes, int frequency, double[] contrast) {
        double omega = 2 * Math.PI * survey.frequenciesHz().get(frequency);
        double[] wavenumbers = new double[(int) nodes.count()];
        Arrays.fill(wavenumbers, survey.wavenumber(frequency));
        for (int iz = 0; iz < grid.nz(); iz++) {
            for (int ix = 0; ix < grid.nx(); ix++) {
                int cell = iz * grid.nx() + ix;
                if (contrast[cell] >= 1) {
                    throw new ForwardModelException(String.format(
                            Locale.ROOT,
                            "the contrast of cell %d is %s, which has no velocity: finite differences need it below 1;"
                                    + " set inversion.velocity_bounds, or take fewer inner passes",
                            cell,
                            contrast[cell]));
                }
                wavenumbers[nodes.ofCell(ix, iz)] *= Math.sqrt(1 - contrast[cell]);
            }
        }
        boolean withoutLayers = settings.pmlWidthX() == 0 && settings.pmlWidthZ() == 0;
        return new HelmholtzStencil(
                StretchedAxis.of(nodes.inner(), omega),
                StretchedAxis.of(nodes.outer(), omega),
                withoutLayers,
                wavenumbers);
    }

    private ComplexVector field(NodeGrid nodes, ComplexVector[] values, int source) {
        ComplexVector field = ComplexVector.zeros(grid.cells());
        for (int iz = 0; iz < grid.nz(); iz++) {
            for (int ix = 0; ix < grid.nx(); ix++) {
                ComplexVector value = values[nodes.ofCell(ix, iz)];
                field.re()[iz * grid.nx() + ix] = value.re()[source];
                field.im()[iz * grid.nx() + ix] = value.im()[source];
            }
        }
        return field;
    }
}
