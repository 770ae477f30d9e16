package io.octospark.compute.xrt;

import io.octospark.compute.Phase;
import io.octospark.model.ComplexVector;
import io.octospark.model.experiment.AcceleratorSettings;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.MatrixOperator;
import io.octospark.xrt.XrtDevice;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtKernel;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An opened compute unit with what is on the card for it: the matrix of the last operator in both kernels' banks, and
 * buffers for each grid in flight. All stay from one task to the next, so that tasks with the same operator send vectors
 * alone. Used by one task at a time.
 */
final class CardUnit implements AutoCloseable {
    /**
     * Of the self-test's relative differences. Sums of a million float32 terms with random signs are off by some 1e-5; a
     * card that computes another product is off by far more.
     */
    private static final double SELF_TEST_TOLERANCE = 1e-3;

    private final UnitDesign design;
    private final AcceleratorSettings settings;
    private final String card;
    private final KernelCalls dotprod;
    private final KernelCalls update;
    private final List<UnitBuffers> buffers = new ArrayList<>();
    private WeakReference<MatrixOperator> loaded = new WeakReference<>(null);
    private Tiling tiling;
    private CardMatrix dotprodMatrix;
    private CardMatrix updateMatrix;

    /** Opens both kernels for this process alone. */
    CardUnit(XrtDevice device, UnitDesign design, AcceleratorSettings settings) {
        this.design = design;
        this.settings = settings;
        card = device.card();
        XrtKernel first = device.openKernel(
                design.dotprod().kernel(),
                design.dotprod().name(),
                design.dotprodArguments(),
                XrtKernel.Access.EXCLUSIVE);
        XrtKernel second;
        try {
            second = device.openKernel(
                    design.update().kernel(),
                    design.update().name(),
                    design.updateArguments(),
                    XrtKernel.Access.EXCLUSIVE);
        } catch (RuntimeException e) {
            first.close();
            throw e;
        }
        dotprod = new KernelCalls(first, Phase.DOTPROD, settings.timeLimit());
        update = new KernelCalls(second, Phase.UPDATE, settings.timeLimit());
    }

    KernelCalls dotprod() {
        return dotprod;
    }

    KernelCalls update() {
        return update;
    }

    CardMatrix dotprodMatrix() {
        return dotprodMatrix;
    }

    CardMatrix updateMatrix() {
        return updateMatrix;
    }

    /**
     * The operator's products, one for each grid in flight. Sends the matrix if another one, or none, is on the card, and
     * then compares both products with the CPU's.
     */
    List<LinearOperator> products(MatrixOperator operator, UnitMeter meter) {
        if (loaded.get() != operator) {
            unload();
            load(operator, meter);
            try {
                selfTest(operator, products(meter).get(0));
            } catch (RuntimeException e) {
                unload();
                throw e;
            }
            loaded = new WeakReference<>(operator);
        }
        return products(meter);
    }

    private List<LinearOperator> products(UnitMeter meter) {
        List<LinearOperator> products = new ArrayList<>();
        for (UnitBuffers ofOneGrid : buffers) {
            products.add(new UnitProducts(this, tiling, ofOneGrid, meter));
        }
        return products;
    }

    private void load(MatrixOperator operator, UnitMeter meter) {
        tiling = new Tiling(operator.rows(), operator.cells(), design.size());
        UnitDesign.checkMemory(card, design.memory(tiling, settings.gridsInFlight()));
        dotprodMatrix = new CardMatrix(dotprod.kernel(), UnitDesign.DOTPROD_MATRIX, operator, tiling, meter);
        updateMatrix = new CardMatrix(update.kernel(), UnitDesign.UPDATE_MATRIX, operator, tiling, meter);
        long start = System.nanoTime();
        for (int grid = 0; grid < settings.gridsInFlight(); grid++) {
            buffers.add(new UnitBuffers(dotprod.kernel(), update.kernel(), tiling));
        }
        meter.clock().addSince(Phase.ALLOC, start);
    }

    /** A card that computes wrongly without saying so must not get grids. */
    private void selfTest(MatrixOperator operator, LinearOperator products) {
        SplittableRandom random = new SplittableRandom(1);
        double[] contrast = random.doubles(operator.cells(), -1, 1).toArray();
        ComplexVector expectedData = ComplexVector.zeros(operator.rows());
        operator.forward(contrast, expectedData);
        ComplexVector data = ComplexVector.zeros(operator.rows());
        products.forward(contrast, data);
        data.addScaled(-1, expectedData);
        check(dotprod, Math.sqrt(data.normSquared() / expectedData.normSquared()));

        double[] expectedGradient = new double[operator.cells()];
        operator.adjoint(expectedData, expectedGradient);
        double[] gradient = new double[operator.cells()];
        products.adjoint(expectedData, gradient);
        double difference = 0;
        double norm = 0;
        for (int cell = 0; cell < gradient.length; cell++) {
            difference += Math.pow(gradient[cell] - expectedGradient[cell], 2);
            norm += Math.pow(expectedGradient[cell], 2);
        }
        check(update, Math.sqrt(difference / norm));
    }

    private void check(KernelCalls kernel, double relativeDifference) {
        // Also where it is not a number.
        if (!(relativeDifference <= SELF_TEST_TOLERANCE)) {
            throw XrtException.of(
                    card,
                    (kernel == dotprod ? design.dotprod() : design.update()).name(),
                    "self-test",
                    "the product differs from the CPU's: relative difference",
                    relativeDifference,
                    "at most " + SELF_TEST_TOLERANCE,
                    "reset the card (xbutil reset); if it stays so, the bitstream is at fault");
        }
    }

    private void unload() {
        loaded = new WeakReference<>(null);
        buffers.forEach(UnitBuffers::close);
        buffers.clear();
        if (dotprodMatrix != null) {
            dotprodMatrix.close();
            dotprodMatrix = null;
        }
        if (updateMatrix != null) {
            updateMatrix.close();
            updateMatrix = null;
        }
    }

    @Override
    public void close() {
        unload();
        dotprod.kernel().close();
        update.kernel().close();
    }
}
