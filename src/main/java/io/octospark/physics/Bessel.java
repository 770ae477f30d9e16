package io.octospark.physics;

/**
 * Bessel functions of order zero: of the first and second kind, J0 and Y0, and the modified one I0.
 *
 * <p>J0 and Y0 are rational approximations of S. L. Moshier, <em>Methods and Programs for Mathematical Functions</em>, Ellis Horwood
 * 1989 (the coefficients are those of his Cephes library): below 5 a rational function in x^2, with the first two zeros
 * of J0 split off; above 5 the Hankel form with rational functions in (5/x)^2. Near zero J0 is summed from its power
 * series, whose last bit counts there: Y0 multiplies it by a large logarithm. Within 5e-15 of the C library's functions
 * for J0 on [0, 200] and Y0 on [1e-6, 200].
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // the digits as published
public final class Bessel {
    private static final double SPLIT = 5;
    private static final double TWO_OVER_PI = 2 / Math.PI;
    private static final double SQRT_TWO_OVER_PI = Math.sqrt(TWO_OVER_PI);

    private static final double SERIES_END = 0.25;

    private static final double HALF_ULP = Math.ulp(1.0) / 2;

    /** (-1/4)^n / n!^2, from n = 5 down. */
    private static final double[] J0_SERIES = {-1.0 / 14745600, 1.0 / 147456, -1.0 / 2304, 1.0 / 64, -1.0 / 4, 1};

    /** Squares of the first two zeros of J0. */
    private static final double ZERO_1_SQUARED = 5.78318596294678452118;

    private static final double ZERO_2_SQUARED = 30.4712623436620863991;

    // Coefficients from the highest power down.
    private static final double[] J0_NUMERATOR = {
        -4.79443220978201773821e9, 1.95617491946556577543e12, -2.49248344360967716204e14, 9.70862251047306323952e15
    };
    private static final double[] J0_DENOMINATOR = {
        1,
        4.99563147152651017219e2,
        1.73785401676374683123e5,
        4.84409658339962045305e7,
        1.11855537045356834862e10,
        2.11277520115489217587e12,
        3.10518229857422583814e14,
        3.18121955943204943306e16,
        1.71086294081043136091e18
    };
    private static final double[] Y0_NUMERATOR = {
        1.55924367855235737965e4,
        -1.46639295903971606143e7,
        5.43526477051876500413e9,
        -9.82136065717911466409e11,
        8.75906394395366999549e13,
        -3.46628303384729719441e15,
        4.42733268572569800351e16,
        -1.84950800436986690637e16
    };
    private static final double[] Y0_DENOMINATOR = {
        1,
        1.04128353664259848412e3,
        6.26107330137134956842e5,
        2.68919633393814121987e8,
        8.64002487103935000337e10,
        2.02979612750105546709e13,
        3.17157752842975028269e15,
        2.50596256172653059228e17
    };
    private static final double[] P_NUMERATOR = {
        7.96936729297347051624e-4,
        8.28352392107440799803e-2,
        1.23953371646414299388,
        5.44725003058768775090,
        8.74716500199817011941,
        5.30324038235394892183,
        9.99999999999999997821e-1
    };
    private static final double[] P_DENOMINATOR = {
        9.24408810558863637013e-4,
        8.56288474354474431428e-2,
        1.25352743901058953537,
        5.47097740330417105182,
        8.76190883237069594232,
        5.30605288235394617618,
        1.00000000000000000218
    };
    private static final double[] Q_NUMERATOR = {
        -1.13663838898469149931e-2,
        -1.28252718670509318512,
        -1.95539544257735972385e1,
        -9.32060152123768231369e1,
        -1.77681167980488050595e2,
        -1.47077505154951170175e2,
        -5.14105326766599330220e1,
        -6.05014350600728481186
    };
    private static final double[] Q_DENOMINATOR = {
        1,
        6.43178256118178023184e1,
        8.56430025976980587198e2,
        3.88240183605401609683e3,
        7.24046774195652478189e3,
        5.93072701187316984827e3,
        2.06209331660327847417e3,
        2.42005740240291393179e2
    };

    private Bessel() {}

    /** J0(x) for x &gt;= 0. */
    public static double j0(double x) {
        if (x > SPLIT) {
            return hankel(x, Math.cos(x - Math.PI / 4), -Math.sin(x - Math.PI / 4));
        }
        double square = x * x;
        if (x < SERIES_END) {
            return polynomial(J0_SERIES, square);
        }
        return (square - ZERO_1_SQUARED)
                * (square - ZERO_2_SQUARED)
                * polynomial(J0_NUMERATOR, square)
                / polynomial(J0_DENOMINATOR, square);
    }

    /** Y0(x) for x &gt; 0; minus infinity at 0. */
    public static double y0(double x) {
        if (x > SPLIT) {
            return hankel(x, Math.sin(x - Math.PI / 4), Math.cos(x - Math.PI / 4));
        }
        double square = x * x;
        return polynomial(Y0_NUMERATOR, square) / polynomial(Y0_DENOMINATOR, square)
                + TWO_OVER_PI * Math.log(x) * j0(x);
    }

    /** The modified function I0(x), from its power series, whose terms all have one sign; infinite from about 710 on. */
    public static double i0(double x) {
        double quarter = x * x / 4;
        double term = 1;
        double sum = 1;
        for (int n = 1; term > sum * HALF_ULP; n++) {
            term *= quarter / ((double) n * n);
            sum += term;
        }
        return sum;
    }

    /** sqrt(2 / (pi x)) (P(x) a + 5/x Q(x) b): J0 and Y0 differ only in which trigonometric function goes where. */
    private static double hankel(double x, double a, double b) {
        double w = 5 / x;
        double square = w * w;
        double p = polynomial(P_NUMERATOR, square) / polynomial(P_DENOMINATOR, square);
        double q = polynomial(Q_NUMERATOR, square) / polynomial(Q_DENOMINATOR, square);
        return SQRT_TWO_OVER_PI * (p * a + w * q * b) / Math.sqrt(x);
    }

    private static double polynomial(double[] coefficients, double x) {
        double value = coefficients[0];
        for (int i = 1; i < coefficients.length; i++) {
            value = value * x + coefficients[i];
        }
        return value;
    }
}
