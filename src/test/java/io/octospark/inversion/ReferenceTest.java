package io.octospark.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octospark.compute.ComputeUnit;
import io.octospark.compute.PhaseClock;
import io.octospark.compute.cpu.CpuBackend;
import io.octospark.compute.operator.OperatorForm;
import io.octospark.model.ComplexVector;
import io.octospark.model.InversionProblem;
import io.octospark.model.Precision;
import io.octospark.physics.BornOperator;
import io.octospark.physics.LinearOperator;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Compares with results of the ancestors' programs and with logs of their runs on a U280. */
class ReferenceTest {
    private static final ReferenceCase NOTEBOOK = ReferenceCase.read("notebook_case.json");
    private static final double PYTHON_TOLERANCE = 9.99e-7;

    @Test
    void pressureOfTheNotebookCase() {
        ComplexVector expected = NOTEBOOK.pressure();
        BornOperator k = operator(NOTEBOOK.problem(1e-6, "standard"));
        ComplexVector p = ComplexVector.zeros(k.rows());

        k.forward(NOTEBOOK.trueContrast(), p);

        double largest = 0;
        for (int i = 0; i < expected.length(); i++) {
            largest = Math.max(largest, Math.hypot(expected.re()[i], expected.im()[i]));
        }
        assertThat(p.re()).containsExactly(expected.re(), within(1e-12 * largest));
        assertThat(p.im()).containsExactly(expected.im(), within(1e-12 * largest));
    }

    @Test
    void standardModeFollowsTheCppProgram() {
        Reconstruction result = invert(NOTEBOOK, NOTEBOOK.problem(1e-6, "standard"), Precision.FLOAT64);

        assertThat(result.iterations()).isEqualTo(18);
        assertThat(result.stopReason()).isEqualTo(StopReason.TOLERANCE);
        assertHistory(result, NOTEBOOK.numbers("/cpp_develop/residual_history"), 1e-9);
        assertThat(result.contrast()).containsExactly(NOTEBOOK.numbers("/cpp_develop/chi_final"), within(1e-10));
    }

    @Test
    void pythonModeFollowsThePythonProgram() {
        InversionProblem problem = NOTEBOOK.problem(PYTHON_TOLERANCE, "fwi-python");
        Reconstruction result = invert(NOTEBOOK, problem, Precision.FLOAT64);

        assertThat(result.iterations()).isEqualTo(19);
        assertHistory(result, NOTEBOOK.numbers("/python_complex128/residual_history"), 1e-9);
        assertThat(result.contrast()).containsExactly(NOTEBOOK.numbers("/python_complex128/chi_final"), within(1e-10));
    }

    /** Both products in float32 as on a card; the data come from the float64 product. */
    @Test
    void float32FollowsThePythonProgramWithFloat32Kernels() {
        InversionProblem problem = NOTEBOOK.problem(PYTHON_TOLERANCE, "fwi-python");
        Reconstruction result = invert(NOTEBOOK, problem, Precision.FLOAT32);

        assertThat(result.iterations()).isEqualTo(19);
        assertHistory(result, NOTEBOOK.numbers("/python_fp32_kernels/residual_history"), 1e-3);
        assertThat(result.contrast()).containsExactly(NOTEBOOK.numbers("/python_fp32_kernels/chi_final"), within(1e-7));
    }

    @Test
    void float32UpdatesReproduceTheLoggedRunOf8000x100() {
        ReferenceCase logged = ReferenceCase.read("logged_u280_8000x100.json");
        Reconstruction result = invert(logged, logged.problem(1e-6, "standard"), Precision.U280_HOST);

        assertHistory(result, logged.numbers("/logged_residual_history"), 1e-11);
        assertThat(result.contrast()).containsExactly(logged.numbers("/logged_chi_est"), within(1e-13));
    }

    @Test
    void float32UpdatesReproduceTheLoggedRunOf50x10() {
        ReferenceCase logged = ReferenceCase.read("logged_u280_50x10.json");
        Reconstruction result = invert(logged, logged.problem(1e-6, "standard"), Precision.U280_HOST);

        assertHistory(result, logged.numbers("/logged_residual_history"), 1e-9);
        assertThat(result.contrast()).containsExactly(logged.numbers("/logged_chi_est"), within(1e-9));
    }

    private static BornOperator operator(InversionProblem problem) {
        return new BornOperator(problem.grid(), problem.survey());
    }

    private static Reconstruction invert(ReferenceCase reference, InversionProblem problem, Precision precision) {
        BornOperator operator = operator(problem);
        ComplexVector p = ComplexVector.zeros(operator.rows());
        operator.forward(reference.trueContrast(), p);
        try (ComputeUnit<LinearOperator> unit =
                new CpuBackend(precision, OperatorForm.DENSE).open(null, List.of(), operator, new PhaseClock())) {
            LinearOperator k = unit.products().get(0);
            return new ConjugateGradientInversion(problem.grid(), problem.inversion()).invert(k, p);
        }
    }

    private static void assertHistory(Reconstruction result, double[] expected, double relative) {
        assertThat(result.residualHistory()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(result.residualHistory()[i])
                    .as("pass %d", i)
                    .isCloseTo(expected[i], Percentage.withPercentage(100 * relative));
        }
    }
}
