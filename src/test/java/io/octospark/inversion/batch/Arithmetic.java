package io.octospark.inversion.batch;

import io.octospark.physics.GramOperator;

/** The two ways to compute. Public for generated benchmarks. */
public enum Arithmetic {
    PLAIN {
        @Override
        BatchOperator operator(GramOperator m) {
            return BatchOperator.plain(m);
        }
    },
    VECTOR {
        @Override
        BatchOperator operator(GramOperator m) {
            return BatchOperator.vector(m);
        }
    };

    abstract BatchOperator operator(GramOperator m);
}
