package io.octospark.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;

/** Round numbers along an axis. */
final class Ticks {
    private Ticks() {}

    /** Multiples of 1, 2 or 5 times a power of ten from low to high, at most {@code most} of them. */
    static double[] linear(double low, double high, int most) {
        double step = step((high - low) / Math.max(1, most - 1));
        if (!(high > low) || !Double.isFinite(step)) {
            return new double[] {low};
        }
        long first = (long) Math.ceil(low / step - 1e-9);
        long last = (long) Math.floor(high / step + 1e-9);
        return LongStream.rangeClosed(first, last).mapToDouble(i -> i * step).toArray();
    }

    /** Powers of ten from low to high, both above 0, at most {@code most} of them. */
    static double[] decades(double low, double high, int most) {
        double[] exponents = linear(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)), most);
        return Arrays.stream(exponents)
                .filter(exponent -> exponent == Math.rint(exponent))
                .map(exponent -> Math.pow(10, exponent))
                .toArray();
    }

    /** The least of 1, 2 and 5 times a power of ten that is not below. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        double digit = least / power;
        return power * (digit <= 1 + 1e-9 ? 1 : digit <= 2 + 1e-9 ? 2 : digit <= 5 + 1e-9 ? 5 : 10);
    }

    /** A number with at most four digits. */
    static String label(double value) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-3 || size >= 1e6)) {
            String text = String.format(Locale.ROOT, "%.3e", value);
            return text.replaceFirst("\\.?0*e", "e")
                    .replaceFirst("e([+-])0", "e$1")
                    .replace("e+", "e");
        }
        String text = String.format(Locale.ROOT, size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" : "%.4f", value);
        String shortened = text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
        return shortened.equals("-0") ? "0" : shortened;
    }
}
