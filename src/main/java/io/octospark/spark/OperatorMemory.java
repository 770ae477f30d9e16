package io.octospark.spark;

import io.octospark.compute.Backend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.config.Experiment;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.DataKind;
import io.octospark.model.InversionProblem;
import io.octospark.physics.FactoredOperator;
import io.octospark.physics.MatrixOperator;
import org.apache.spark.SparkContext;

/** Refuses experiments whose operators do not fit the memory of executors. */
public final class OperatorMemory {
    /** Fraction of executor memory available to operators. */
    private static final double SHARE = 0.6;

    private static final String EXECUTOR_MEMORY = "spark.executor.memory";

    private OperatorMemory() {}

    /**
     * Checks the operators of all problems of an experiment.
     *
     * @throws InvalidInputException if one does not fit
     */
    public static void check(SparkContext context, Experiment experiment, Backend backend) {
        experiment.problems().distinct().forEach(problem -> check(context, experiment, backend, problem));
    }

    private static void check(SparkContext context, Experiment experiment, Backend backend, InversionProblem problem) {
        int cells = problem.grid().cells();
        OperatorForm form = backend.operator();
        boolean projects = form == OperatorForm.GRAM && experiment.dataKind() == DataKind.PRESSURE;
        long rows = form.rows(problem);
        String size = problem.isLinear() ? size(form, problem, projects) : sizeOfTotalFields(problem);
        boolean tooMany = rows > MatrixOperator.MAX_ENTRIES / cells
                || problem.survey().measurements() > MatrixOperator.MAX_ENTRIES;
        if (!form.isForCores() && tooMany) {
            throw new InvalidInputException(
                    ErrorCode.PROBLEM_TOO_LARGE,
                    "%s has more entries than the limit of %d".formatted(size, MatrixOperator.MAX_ENTRIES),
                    "use fewer of either");
        }
        int tasks = context.isLocal()
                ? context.defaultParallelism()
                : context.getConf().getInt("spark.executor.cores", 1);
        long needed = backend.operatorBytes(problem, tasks)
                + (projects ? FactoredOperator.bytes(problem.grid(), problem.survey()) : 0);
        if (needed > of(context)) {
            throw new InvalidInputException(
                    ErrorCode.MEMORY_TOO_SMALL,
                    "%s needs %d MiB, an executor has %d MiB"
                            .formatted(size, needed >> 20, executorMemory(context) >> 20),
                    "raise %s to %dm or more"
                            .formatted(
                                    context.isLocal() ? "spark.driver.memory" : EXECUTOR_MEMORY, (needed >> 19) + 512));
        }
    }

    private static String size(OperatorForm form, InversionProblem problem, boolean projects) {
        int cells = problem.grid().cells();
        long rows = form.rows(problem);
        return switch (form) {
            case DENSE ->
                "fwi: the dense operator of %d measurements (nTotal * nReceivers * nSources) x %d cells"
                        .formatted(rows, cells);
            case GRAM ->
                "fwi: the normal operator of %d x %d cells%s"
                        .formatted(cells, cells, projects ? " with the fields of all receivers and sources" : "");
            case FACTORED -> "fwi: the factors of the operator of %d measurements x %d cells".formatted(rows, cells);
            case REDUCED ->
                "fwi: the %s operator of %d rows (of %d measurements) x %d cells"
                        .formatted(form, rows, problem.survey().measurements(), cells);
        };
    }

    private static String sizeOfTotalFields(InversionProblem problem) {
        return "fwi: the total fields of %d sources and %d receivers at %d frequencies x %d cells of all grids at work"
                .formatted(
                        problem.survey().sources().size(),
                        problem.survey().receivers().size(),
                        problem.operatorFrequencies(),
                        problem.grid().cells());
    }

    /** Returns the bytes of executor memory available to operators. */
    public static long of(SparkContext context) {
        return (long) (SHARE * executorMemory(context));
    }

    private static long executorMemory(SparkContext context) {
        return context.isLocal()
                ? Runtime.getRuntime().maxMemory()
                : context.getConf().getSizeAsBytes(EXECUTOR_MEMORY, "1g");
    }
}
