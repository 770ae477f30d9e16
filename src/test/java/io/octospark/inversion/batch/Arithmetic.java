package io.octospark.inversion.batch;

import io.octospark.model.Grid;
import io.octospark.physics.FactoredOperator;
import io.octospark.physics.GramOperator;

/** The two ways to compute. Public for generated benchmarks. */
public enum Arithmetic {
    PLAIN {
        @Override
        BatchOperator operator(GramOperator m, Grid grid) {
            return BatchOperator.plain(m, grid);
        }

        @Override
        BatchProjection projection(FactoredOperator k) {
            return BatchProjection.plain(k);
        }
    },
    VECTOR {
        @Override
        BatchOperator operator(GramOperator m, Grid grid) {
            return BatchOperator.vector(m, grid);
        }

        @Override
        BatchProjection projection(FactoredOperator k) {
            return BatchProjection.vector(k);
        }
    };

    abstract BatchOperator operator(GramOperator m, Grid grid);

    abstract BatchProjection projection(FactoredOperator k);
}
