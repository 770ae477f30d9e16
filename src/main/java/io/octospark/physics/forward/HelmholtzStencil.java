package io.octospark.physics.forward;

/**
 * The rows of the finite-difference Helmholtz matrix, of five points each:
 *
 * <pre>Sz d/dx (1/Sx dp/dx) + Sx d/dz (1/Sz dp/dz) + Sx Sz (w/c)^2 p</pre>
 *
 * with the layers of {@link StretchedAxis}. Neighbours beyond the outermost nodes count as 0. Without layers an absorbing
 * boundary of first order stands there instead, dp/dn = i (w/c) p along the outward normal, by central differences:
 * B. Engquist and A. Majda, <em>Absorbing boundary conditions for the numerical simulation of waves</em>, Math. Comp. 31
 * (1977) 629-651.
 *
 * <p>Nodes along the inner axis are neighbours in the matrix, those along the outer axis are as far apart as the inner one
 * has nodes.
 */
final class HelmholtzStencil implements BandedSystem.Matrix {
    private final StretchedAxis inner;
    private final StretchedAxis outer;
    private final boolean absorbingEdges;
    private final double[] wavenumbers;

    /**
     * @param inner the axis with fewer nodes
     * @param absorbingEdges whether there are absorbing boundaries in place of layers
     * @param wavenumbers w/c of each node, at index {@code outer * inner.count() + inner}
     */
    HelmholtzStencil(StretchedAxis inner, StretchedAxis outer, boolean absorbingEdges, double[] wavenumbers) {
        this.inner = inner;
        this.outer = outer;
        this.absorbingEdges = absorbingEdges;
        this.wavenumbers = wavenumbers;
    }

    @Override
    public int order() {
        return wavenumbers.length;
    }

    @Override
    public int halfBandwidth() {
        return inner.count();
    }

    @Override
    public void addRow(int row, BandedSystem.Entries entries) {
        int i = row % inner.count();
        int o = row / inner.count();
        double innerStretch = inner.stretch()[i];
        double outerStretch = outer.stretch()[o];
        double k = wavenumbers[row];
        addDerivative(inner, i, outerStretch, row, 1, entries);
        addDerivative(outer, o, innerStretch, row, inner.count(), entries);
        entries.add(row, k * k * (1 - innerStretch * outerStretch), k * k * (innerStretch + outerStretch));
    }

    /** A second derivative, times the other axis' 1 + i stretch. */
    private void addDerivative(
            StretchedAxis axis, int node, double stretch, int row, int stride, BandedSystem.Entries entries) {
        boolean absorbing = absorbingEdges && axis.isEnd(node);
        // The node beyond the edge has the inner neighbour's value and 2 i h w/c of the edge's.
        double neighbours = absorbing ? 2 : 1;
        if (node > 0) {
            add(
                    axis.lower().re()[node] * neighbours,
                    axis.lower().im()[node] * neighbours,
                    stretch,
                    row - stride,
                    entries);
        }
        add(axis.centre().re()[node], axis.centre().im()[node], stretch, row, entries);
        if (node < axis.count() - 1) {
            add(
                    axis.upper().re()[node] * neighbours,
                    axis.upper().im()[node] * neighbours,
                    stretch,
                    row + stride,
                    entries);
        }
        if (absorbing) {
            entries.add(row, 0, 2 * wavenumbers[row] / axis.spacing());
        }
    }

    private static void add(double re, double im, double stretch, int column, BandedSystem.Entries entries) {
        entries.add(column, re - im * stretch, im + re * stretch);
    }
}
