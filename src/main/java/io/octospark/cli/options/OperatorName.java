package io.octospark.cli.options;

import io.octospark.compute.operator.OperatorForm;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of an option {@code --operator}.
 *
 * @param given the name as the user wrote it, possibly a name from an earlier version
 */
public record OperatorName(OperatorForm form, String given) {
    /** Converter that accepts names in any case. */
    public static final class Converter implements ITypeConverter<OperatorName> {
        @Override
        public OperatorName convert(String text) {
            try {
                return new OperatorName(OperatorForm.of(text), text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "--operator = " + text + ": must be dense, gram, factored or reduced; correct the value");
            }
        }
    }

    /** Returns a line with the current name if the given name is from an earlier version; empty if it is current. */
    public Optional<String> renamed() {
        return OperatorForm.isFormerName(given)
                ? Optional.of("--operator " + given + " is now called " + form)
                : Optional.empty();
    }
}
