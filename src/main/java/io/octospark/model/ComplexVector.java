package io.octospark.model;

/**
 * A complex vector as two arrays of equal length. The record neither copies the arrays it receives nor those it
 * returns.
 *
 * @param re real parts
 * @param im imaginary parts
 */
@SuppressWarnings("ArrayRecordComponent") // a view on two arrays, never compared
public record ComplexVector(double[] re, double[] im) {
    public ComplexVector {
        if (re.length != im.length) {
            throw new IllegalArgumentException(
                    "real and imaginary parts differ in length: " + re.length + " and " + im.length);
        }
    }

    /** Returns a vector of {@code n} zeros. */
    public static ComplexVector zeros(int n) {
        return new ComplexVector(new double[n], new double[n]);
    }

    public int length() {
        return re.length;
    }

    /** Returns the squared Euclidean norm, sum of |v_i|^2. */
    public double normSquared() {
        double sum = 0;
        for (int i = 0; i < re.length; i++) {
            sum += re[i] * re[i] + im[i] * im[i];
        }
        return sum;
    }

    /** Returns Re&lt;this, other&gt;, the real part of sum conj(this_i) * other_i. */
    public double realDot(ComplexVector other) {
        double sum = 0;
        for (int i = 0; i < re.length; i++) {
            sum += re[i] * other.re[i] + im[i] * other.im[i];
        }
        return sum;
    }

    /** Returns Im&lt;this, other&gt;, the imaginary part of sum conj(this_i) * other_i. */
    public double imaginaryDot(ComplexVector other) {
        double sum = 0;
        for (int i = 0; i < re.length; i++) {
            sum += re[i] * other.im[i] - im[i] * other.re[i];
        }
        return sum;
    }

    /** Sets this vector to {@code a - b}. */
    public void setDifference(ComplexVector a, ComplexVector b) {
        for (int i = 0; i < re.length; i++) {
            re[i] = a.re[i] - b.re[i];
            im[i] = a.im[i] - b.im[i];
        }
    }

    /** Adds {@code factor * other} to this vector. */
    public void addScaled(double factor, ComplexVector other) {
        for (int i = 0; i < re.length; i++) {
            re[i] += factor * other.re[i];
            im[i] += factor * other.im[i];
        }
    }

    /** Adds {@code (factorRe + i factorIm) * other} to this vector. */
    public void addScaled(double factorRe, double factorIm, ComplexVector other) {
        for (int i = 0; i < re.length; i++) {
            re[i] += factorRe * other.re[i] - factorIm * other.im[i];
            im[i] += factorRe * other.im[i] + factorIm * other.re[i];
        }
    }

    /** Multiplies this vector by a number. */
    public void scale(double factor) {
        for (int i = 0; i < re.length; i++) {
            re[i] *= factor;
            im[i] *= factor;
        }
    }

    /** Returns a vector with the same values and its own arrays. */
    public ComplexVector copy() {
        return new ComplexVector(re.clone(), im.clone());
    }
}
