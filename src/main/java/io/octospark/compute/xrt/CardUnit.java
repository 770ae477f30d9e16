package io.octospark.compute.xrt;

import io.octospark.compute.OperatorSlot;
import io.octospark.compute.Phase;
import io.octospark.compute.PhaseClock;
import io.octospark.config.AcceleratorSettings;
import io.octospark.error.ErrorCode;
import io.octospark.model.ComplexVector;
import io.octospark.physics.LinearOperator;
import io.octospark.physics.LoadableOperator;
import io.octospark.physics.RowOperator;
import io.octospark.xrt.XrtDevice;
import io.octospark.xrt.XrtKernel;
import io.octospark.xrt.XrtTarget;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An opened compute unit with its memory on the card: the matrix of the last operator in both kernels' banks, or space for
 * a matrix of each grid in flight, and buffers for each grid in flight. The memory stays from one task to the next: tasks
 * with the same operator send only vectors. Used by one task at a time.
 */
final class CardUnit implements AutoCloseable {
    /**
     * The largest relative difference that the self-test allows. Sums of a million float32 terms with random signs are off
     * by about 1e-5; a card that computes another product is off by far more.
     */
    private static final double SELF_TEST_TOLERANCE = 1e-3;

    private final UnitDesign design;
    private final AcceleratorSettings settings;
    private final String card;
    private final KernelCalls dotprod;
    private final KernelCalls update;
    private final List<UnitBuffers> buffers = new ArrayList<>();

    /** One matrix for all grids in flight, or one for each of them. */
    private final List<CardMatrix> matrices = new ArrayList<>();

    /** The matrices that there is space for; null before the first allocation. */
    private Tiling space;

    /** The operator whose matrix is on the card; none if grids bring theirs. */
    private WeakReference<RowOperator> loaded = new WeakReference<>(null);

    private final AtomicBoolean tested = new AtomicBoolean();

    /** Opens both kernels for this process alone. */
    CardUnit(XrtDevice device, UnitDesign design, AcceleratorSettings settings) {
        this.design = design;
        this.settings = settings;
        card = device.card();
        XrtKernel first =
                device.openKernel(design.dotprod().kernel(), design.dotprod().name(), design.dotprodArguments());
        XrtKernel second;
        try {
            second = device.openKernel(design.update().kernel(), design.update().name(), design.updateArguments());
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

    /** Returns whether the card may still work on a call of a task that has ended: it can't be freed then. */
    boolean isHanging() {
        return dotprod.isHanging() || update.isHanging();
    }

    /**
     * Returns the operator's products, one for each grid in flight. Sends the matrix if another one, or none, is on the card, and
     * then compares both products with the CPU's.
     */
    List<LinearOperator> products(RowOperator operator, UnitMeter meter) {
        Tiling tiling = new Tiling(operator.rows(), operator.cells(), design.size());
        if (loaded.get() != operator) {
            unload();
            allocate(tiling, 1, meter.clock());
            try {
                matrices.get(0).load(operator, tiling, meter.clock());
                selfTest(operator, new UnitProducts(this, tiling, matrices.get(0), buffers.get(0), meter));
            } catch (RuntimeException e) {
                unload();
                throw e;
            }
            loaded = new WeakReference<>(operator);
        }
        List<LinearOperator> products = new ArrayList<>();
        for (UnitBuffers ofOneGrid : buffers) {
            products.add(new UnitProducts(this, tiling, matrices.get(0), ofOneGrid, meter));
        }
        return products;
    }

    /**
     * Returns slots for operators, one for each grid in flight. The products with the first operator that is loaded are
     * compared with the CPU's.
     *
     * @param rows the most rows that such an operator has
     * @param cells its cells
     */
    List<LoadableOperator> slots(int rows, int cells, UnitMeter meter) {
        Tiling needed = new Tiling(rows, cells, design.size());
        if (!needed.equals(space) || matrices.size() != settings.gridsInFlight()) {
            unload();
            allocate(needed, settings.gridsInFlight(), meter.clock());
        }
        loaded = new WeakReference<>(null);
        List<LoadableOperator> slots = new ArrayList<>();
        for (int grid = 0; grid < settings.gridsInFlight(); grid++) {
            CardMatrix matrix = matrices.get(grid);
            UnitBuffers vectors = buffers.get(grid);
            slots.add(new OperatorSlot(operator -> load(operator, matrix, vectors, meter)));
        }
        return slots;
    }

    private UnitProducts load(RowOperator operator, CardMatrix matrix, UnitBuffers vectors, UnitMeter meter) {
        meter.checkOpen();
        Tiling tiling = new Tiling(operator.rows(), operator.cells(), design.size());
        matrix.load(operator, tiling, meter.clock());
        UnitProducts products = new UnitProducts(this, tiling, matrix, vectors, meter);
        if (!tested.getAndSet(true)) {
            selfTest(operator, products);
        }
        return products;
    }

    private void allocate(Tiling tiling, int copies, PhaseClock clock) {
        UnitDesign.checkMemory(card, design.memory(tiling, copies, settings.gridsInFlight()));
        for (int copy = 0; copy < copies; copy++) {
            matrices.add(new CardMatrix(dotprod.kernel(), update.kernel(), tiling, clock));
        }
        long start = System.nanoTime();
        for (int grid = 0; grid < settings.gridsInFlight(); grid++) {
            buffers.add(new UnitBuffers(dotprod.kernel(), update.kernel(), tiling));
        }
        clock.addSince(Phase.ALLOC, start);
        space = tiling;
    }

    /** Compares both products with the CPU's: a card that computes wrongly without an error must not get grids. */
    private void selfTest(LinearOperator operator, LinearOperator products) {
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
        // Also if it is not a number.
        if (!(relativeDifference <= SELF_TEST_TOLERANCE)) {
            throw XrtTarget.card(card)
                    .unit((kernel == dotprod ? design.dotprod() : design.update()).name())
                    .failure(
                            ErrorCode.UNIT_WRONG,
                            "self-test",
                            "the product differs from the CPU's: relative difference",
                            relativeDifference,
                            "at most " + SELF_TEST_TOLERANCE,
                            "reset the card (xbutil reset); if it stays so, the bitstream is at fault");
        }
    }

    private void unload() {
        loaded = new WeakReference<>(null);
        space = null;
        tested.set(false);
        buffers.forEach(UnitBuffers::close);
        buffers.clear();
        matrices.forEach(CardMatrix::close);
        matrices.clear();
    }

    @Override
    public void close() {
        unload();
        dotprod.kernel().close();
        update.kernel().close();
    }
}
