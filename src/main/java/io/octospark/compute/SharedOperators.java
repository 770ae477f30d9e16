package io.octospark.compute;

import io.octospark.model.Grid;
import io.octospark.model.Survey;
import io.octospark.physics.BornOperator;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;

/**
 * The operators of this process. All tasks of an executor that work on one grid and survey share one operator; the first
 * builds it while the others wait. Operators that no task uses are dropped when memory runs short.
 */
public final class SharedOperators {
    private record Key(Grid grid, Survey survey) {}

    /** One per operator, so that building one does not hold up tasks that need another. */
    private static final class Slot {
        private SoftReference<BornOperator> operator = new SoftReference<>(null);
    }

    private static final Map<Key, Slot> SLOTS = new HashMap<>();

    private SharedOperators() {}

    /** The operator of a grid and a survey. May be called from any thread. */
    public static BornOperator get(Grid grid, Survey survey) {
        Slot slot;
        synchronized (SLOTS) {
            slot = SLOTS.computeIfAbsent(new Key(grid, survey), key -> new Slot());
        }
        synchronized (slot) {
            BornOperator operator = slot.operator.get();
            if (operator == null) {
                operator = new BornOperator(grid, survey);
                slot.operator = new SoftReference<>(operator);
            }
            return operator;
        }
    }
}
