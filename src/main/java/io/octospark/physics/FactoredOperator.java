package io.octospark.physics;

import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.Arrays;
import java.util.List;

/**
 * The {@linkplain BornOperator Born operator} K as what its entries are products of: the fields G that the cells send to
 * the receivers and the fields P that the sources send to the cells. The matrix is never built: for large grids memory is
 * that of {@code frequencies (receivers + sources) cells} complex numbers in place of {@code frequencies receivers sources
 * cells}. For every frequency
 *
 * <pre>(K chi)[j, s] = sum_x G[x, j] chi[x] P[x, s]
 * Re(K^H r)[x] = Re sum_s conj(P[x, s]) sum_j conj(G[x, j]) r[j, s]</pre>
 *
 * <p>An instance never changes once made and may be shared by any number of threads.
 */
public final class FactoredOperator implements LinearOperator {
    /** Fields of one frequency, cell after cell: {@code [x * points + point]}. */
    private record Fields(ComplexVector receivers, ComplexVector sources) {}

    private final Fields[] frequencies;
    private final int receivers;
    private final int sources;
    private final int cells;

    public FactoredOperator(Grid grid, Survey survey) {
        receivers = survey.receivers().size();
        sources = survey.sources().size();
        cells = grid.cells();
        frequencies = new Fields[survey.frequenciesHz().size()];
        for (int f = 0; f < frequencies.length; f++) {
            double k = survey.wavenumber(f);
            frequencies[f] = new Fields(
                    byCell(grid, survey.receivers(), k, grid.cellVolume()),
                    byCell(grid, survey.sources(), k, 1 / (k * k)));
        }
    }

    private static ComplexVector byCell(Grid grid, List<Position> points, double k, double scale) {
        ComplexVector[] fields = BornOperator.fields(grid, points, k, scale);
        ComplexVector byCell = ComplexVector.zeros(grid.cells() * points.size());
        for (int point = 0; point < fields.length; point++) {
            for (int x = 0; x < grid.cells(); x++) {
                byCell.re()[x * fields.length + point] = fields[point].re()[x];
                byCell.im()[x * fields.length + point] = fields[point].im()[x];
            }
        }
        return byCell;
    }

    @Override
    public int rows() {
        return frequencies.length * receivers * sources;
    }

    @Override
    public int cells() {
        return cells;
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        Arrays.fill(data.re(), 0);
        Arrays.fill(data.im(), 0);
        for (int f = 0; f < frequencies.length; f++) {
            ComplexVector g = frequencies[f].receivers();
            ComplexVector p = frequencies[f].sources();
            for (int x = 0; x < cells; x++) {
                if (contrast[x] == 0) {
                    continue;
                }
                for (int j = 0; j < receivers; j++) {
                    double re = g.re()[x * receivers + j] * contrast[x];
                    double im = g.im()[x * receivers + j] * contrast[x];
                    int row = (f * receivers + j) * sources;
                    addScaled(re, im, p.re(), p.im(), x * sources, data.re(), data.im(), row, sources);
                }
            }
        }
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        Arrays.fill(gradient, 0);
        double[] sumRe = new double[sources];
        double[] sumIm = new double[sources];
        for (int f = 0; f < frequencies.length; f++) {
            ComplexVector g = frequencies[f].receivers();
            ComplexVector p = frequencies[f].sources();
            for (int x = 0; x < cells; x++) {
                Arrays.fill(sumRe, 0);
                Arrays.fill(sumIm, 0);
                for (int j = 0; j < receivers; j++) {
                    double re = g.re()[x * receivers + j];
                    double im = -g.im()[x * receivers + j];
                    int row = (f * receivers + j) * sources;
                    addScaled(re, im, residual.re(), residual.im(), row, sumRe, sumIm, 0, sources);
                }
                double sum = 0;
                for (int s = 0; s < sources; s++) {
                    sum += p.re()[x * sources + s] * sumRe[s] + p.im()[x * sources + s] * sumIm[s];
                }
                gradient[x] += sum;
            }
        }
    }

    /** {@code to += (re + i im) * from}. A method of its own, so that the compiler finds a plain loop, which it vectorises. */
    private static void addScaled(
            double re,
            double im,
            double[] fromRe,
            double[] fromIm,
            int from,
            double[] toRe,
            double[] toIm,
            int to,
            int count) {
        for (int i = 0; i < count; i++) {
            toRe[to + i] += re * fromRe[from + i] - im * fromIm[from + i];
            toIm[to + i] += re * fromIm[from + i] + im * fromRe[from + i];
        }
    }
}
