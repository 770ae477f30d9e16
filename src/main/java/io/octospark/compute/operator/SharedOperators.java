package io.octospark.compute.operator;

import io.octospark.inversion.batch.BatchOperator;
import io.octospark.model.ComplexVector;
import io.octospark.model.Grid;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import io.octospark.physics.FactoredOperator;
import io.octospark.physics.GramOperator;
import io.octospark.physics.Reduction;
import io.octospark.physics.TotalFieldOperator;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The operators of this process. All tasks of an executor that work on one grid and survey share one operator; the first
 * builds it while the others wait. Operators that no task uses are dropped when memory runs short.
 */
public final class SharedOperators {
    private record Key(Grid grid, Survey survey) {}

    private static final Operators<FactoredOperator> FACTORED = new Operators<>(FactoredOperator::new);
    private static final Map<OperatorForm, Operators<Reduction>> REDUCTIONS = Map.of(
            OperatorForm.DENSE,
            new Operators<>((grid, survey) -> Reduction.none(new BornOperator(grid, survey))),
            OperatorForm.FACTORED,
            new Operators<>((grid, survey) -> Reduction.none(factored(grid, survey))),
            OperatorForm.REDUCED,
            new Operators<>(Reduction::toFewestRows));
    private static final Operators<BatchOperator> BATCH =
            new Operators<>((grid, survey) -> new BatchOperator(new GramOperator(grid, survey), grid));

    private static final Operators<ComplexVector[][]> RECEIVER_FIELDS =
            new Operators<>(TotalFieldOperator::receiverFields);

    private SharedOperators() {}

    /**
     * The operator of a grid and a survey, in a form whose products are those of a matrix: any but {@link
     * OperatorForm#GRAM}. May be called from any thread.
     */
    public static Reduction get(OperatorForm form, Grid grid, Survey survey) {
        return REDUCTIONS.get(form).get(new Key(grid, survey));
    }

    /** The normal operator of a grid and a survey, for many grids at once. May be called from any thread. */
    public static BatchOperator batch(Grid grid, Survey survey) {
        return BATCH.get(new Key(grid, survey));
    }

    /** The operator of a grid and a survey in its factored form, itself. May be called from any thread. */
    public static FactoredOperator factored(Grid grid, Survey survey) {
        return FACTORED.get(new Key(grid, survey));
    }

    /** Returns the fields that operators of total fields share, see {@link TotalFieldOperator#receiverFields}. From any thread. */
    public static ComplexVector[][] receiverFields(Grid grid, Survey survey) {
        return RECEIVER_FIELDS.get(new Key(grid, survey));
    }

    /** The operators of one form. */
    private static final class Operators<T> {
        private final Map<Key, Slot<T>> slots = new HashMap<>();
        private final BiFunction<Grid, Survey, T> factory;

        Operators(BiFunction<Grid, Survey, T> factory) {
            this.factory = factory;
        }

        T get(Key key) {
            Slot<T> slot;
            synchronized (this) {
                slot = slots.computeIfAbsent(key, none -> new Slot<>());
            }
            synchronized (slot) {
                T operator = slot.operator.get();
                if (operator == null) {
                    operator = factory.apply(key.grid(), key.survey());
                    slot.operator = new SoftReference<>(operator);
                }
                return operator;
            }
        }
    }

    /** One per operator, so that building one does not hold up tasks that need another. */
    private static final class Slot<T> {
        private SoftReference<T> operator = new SoftReference<>(null);
    }
}
