package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.physics.GramOperator;

/** The two ways to compute. Public for generated benchmarks. */
public enum Arithmetic {
    PLAIN {
        @Override
        BatchOperator operator(GramOperator m, Grid grid) {
            return BatchOperator.plain(m, grid);
        }
    },
    VECTOR {
        @Override
        BatchOperator operator(GramOperator m, Grid grid) {
            return BatchOperator.vector(m, grid);
        }
    };

    abstract BatchOperator operator(GramOperator m, Grid grid);
}
