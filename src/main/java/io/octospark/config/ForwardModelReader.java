package io.octospark.config;

import io.octospark.model.ForwardModelSettings;
import io.octospark.model.ForwardModelSettings.Born;
import io.octospark.model.ForwardModelSettings.FiniteDifference;
import io.octospark.model.ForwardModelSettings.Integral;
import io.octospark.model.ForwardModelSettings.Solver;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reader of {@code forward_model}: a type with the keys of the ancestors' IntegralFMInput or FiniteDifferenceFMInput.
 * If no type is given, the keys determine it.
 */
final class ForwardModelReader {
    private enum Type {
        BORN,
        INTEGRAL,
        FINITE_DIFFERENCE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The methods for the integral equation. */
    private enum Method {
        SERIES,
        GMRES;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String[] INTEGRAL_KEYS = {"Iter2"};
    private static final String[] FINITE_DIFFERENCE_KEYS = {"PMLWidthFactor", "SourceParameter"};
    private static final int MAX_PASSES = 1_000_000;
    private static final int SERIES_PASSES = 15;
    private static final double SERIES_TOLERANCE = 5e-5;
    private static final int GMRES_PASSES = 200;
    private static final double GMRES_TOLERANCE = 1e-8;
    private static final double MIN_GMRES_TOLERANCE = 1e-14;
    private static final double MAX_PML_WIDTH = 100;
    private static final double PML_WIDTH = 0.5;
    private static final int MAX_SOURCE_HALF_WIDTH = 100;
    private static final int SOURCE_HALF_WIDTH = 4;
    private static final double MAX_BETA = 100;
    private static final double BETA = 6.31;

    /** Placeholder for faulty settings. It is not Born's model, which would make other keys faults. */
    private static final ForwardModelSettings FAULTY = new FiniteDifference(0, 0, 0, 0);

    private ForwardModelReader() {}

    /** Reads the settings of the object. If a key is faulty, the result has no meaning. */
    static ForwardModelSettings read(ConfigObject model) {
        Type type = model.choice("type", Type.class, typeOf(model));
        ForwardModelSettings settings =
                switch (type) {
                    case BORN -> new Born();
                    case INTEGRAL -> integral(model.objectOrEmpty("Iter2"));
                    case FINITE_DIFFERENCE -> finiteDifference(model);
                };
        if (type != Type.INTEGRAL) {
            model.withoutEffect(INTEGRAL_KEYS);
        }
        if (type != Type.FINITE_DIFFERENCE) {
            model.withoutEffect(FINITE_DIFFERENCE_KEYS);
        }
        model.withoutEffect("CostFunction", "boundaryConditionType");
        refuseSecondOrder(model);
        model.end();
        return settings;
    }

    private static void refuseSecondOrder(ConfigObject keys) {
        if (keys.text("boundaryConditionType").orElse("").equals("SecondOrderABC")) {
            keys.invalid(
                    "boundaryConditionType",
                    "must be PML or FirstOrderABC, between which PMLWidthFactor decides",
                    "remove the key");
        }
    }

    private static Type typeOf(ConfigObject model) {
        boolean given = model.has("type");
        boolean integral = hasOne(model, INTEGRAL_KEYS);
        boolean finiteDifference = hasOne(model, FINITE_DIFFERENCE_KEYS);
        if (integral && finiteDifference && !given) {
            model.missing("type", "give integral or finite_difference, as there are keys of both");
        }
        return integral ? Type.INTEGRAL : finiteDifference ? Type.FINITE_DIFFERENCE : Type.BORN;
    }

    private static boolean hasOne(ConfigObject model, String[] keys) {
        return Arrays.stream(keys).anyMatch(model::has);
    }

    private static ForwardModelSettings integral(ConfigObject iter2) {
        Method method = iter2.choice("solver", Method.class, Method.SERIES);
        boolean gmres = method == Method.GMRES;
        int passes = iter2.integer("n", 1, MAX_PASSES, gmres ? GMRES_PASSES : SERIES_PASSES);
        double tolerance = gmres
                ? iter2.number("tolerance", MIN_GMRES_TOLERANCE, 1, GMRES_TOLERANCE)
                : iter2.number("tolerance", 0, 1, SERIES_TOLERANCE);
        boolean fitted = iter2.flag("calcAlpha", false);
        if (gmres && fitted) {
            iter2.conflict("calcAlpha", "is for the series alone", "remove it, or the solver");
        }
        iter2.withoutEffect("CostFunction", "fftCalculatorMethod");
        iter2.end();
        // A faulty number is already reported as a problem; the settings check their own.
        return passes > 0 && tolerance >= 0
                ? new Integral(
                        gmres ? Solver.GMRES : fitted ? Solver.FITTED_SERIES : Solver.NEUMANN_SERIES, passes, tolerance)
                : FAULTY;
    }

    private static ForwardModelSettings finiteDifference(ConfigObject model) {
        ConfigObject width = model.objectOrEmpty("PMLWidthFactor");
        double x = width.number("x", 0, MAX_PML_WIDTH, PML_WIDTH);
        double z = width.number("z", 0, MAX_PML_WIDTH, PML_WIDTH);
        width.end();
        ConfigObject source = model.objectOrEmpty("SourceParameter");
        int halfWidth = source.integer("r", 0, MAX_SOURCE_HALF_WIDTH, SOURCE_HALF_WIDTH);
        double beta = source.number("beta", 0, MAX_BETA, BETA);
        source.withoutEffect("boundaryConditionType");
        refuseSecondOrder(source);
        source.end();
        boolean sound = List.of(x, z, beta).stream().allMatch(number -> number >= 0);
        return sound ? new FiniteDifference(x, z, halfWidth, beta) : FAULTY;
    }
}
