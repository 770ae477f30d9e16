package io.octospark.compute.cpu;

import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.RowOperator;

/**
 * The two products in single precision, rounded as OctoRay's FPGA kernels round them: matrix and vectors are cast to
 * float32, terms are added in the order of the cells (forward) and of the rows (update), every product, sum and
 * accumulation is rounded, and nothing is fused.
 */
final class Float32Operator implements LinearOperator {
    private final int rows;
    private final int cells;
    private final float[] re;
    private final float[] im;

    Float32Operator(RowOperator operator) {
        rows = operator.rows();
        cells = operator.cells();
        re = new float[rows * cells];
        im = new float[rows * cells];
        double[] rowRe = new double[cells];
        double[] rowIm = new double[cells];
        for (int row = 0; row < rows; row++) {
            operator.row(row, rowRe, rowIm);
            for (int x = 0; x < cells; x++) {
                re[row * cells + x] = (float) rowRe[x];
                im[row * cells + x] = (float) rowIm[x];
            }
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int cells() {
        return cells;
    }

    @Override
    public void forward(double[] contrast, ComplexVector data) {
        float[] chi = new float[cells];
        for (int x = 0; x < cells; x++) {
            chi[x] = (float) contrast[x];
        }
        for (int row = 0; row < rows; row++) {
            int start = row * cells;
            float sumRe = 0;
            float sumIm = 0;
            for (int x = 0; x < cells; x++) {
                sumRe += re[start + x] * chi[x];
                sumIm += im[start + x] * chi[x];
            }
            data.re()[row] = sumRe;
            data.im()[row] = sumIm;
        }
    }

    @Override
    public void adjoint(ComplexVector residual, double[] gradient) {
        float[] sum = new float[cells];
        for (int row = 0; row < rows; row++) {
            int start = row * cells;
            float residualRe = (float) residual.re()[row];
            float residualIm = (float) residual.im()[row];
            for (int x = 0; x < cells; x++) {
                sum[x] += re[start + x] * residualRe + im[start + x] * residualIm;
            }
        }
        for (int x = 0; x < cells; x++) {
            gradient[x] = sum[x];
        }
    }
}
