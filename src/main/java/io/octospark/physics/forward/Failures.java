package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import io.octospark.physics.ForwardModelException;
import java.util.Locale;

/** Says which field could not be computed, and why. */
final class Failures {
    static final String NOT_FINITE = "not a finite number; scattering is too strong for this forward model";

    private Failures() {}

    static ForwardModelException at(Survey survey, int frequency, int source, String reason) {
        Position position = survey.sources().get(source);
        return new ForwardModelException(String.format(
                Locale.ROOT,
                "total field at %s Hz of the source at (%s, %s) m: %s",
                survey.frequenciesHz().get(frequency),
                position.x(),
                position.z(),
                reason));
    }

    /** @throws ForwardModelException if the field has a value that is infinite or not a number */
    static void requireFinite(Survey survey, int frequency, int source, ComplexVector field) {
        if (!Double.isFinite(field.normSquared())) {
            throw at(survey, frequency, source, NOT_FINITE);
        }
    }
}
