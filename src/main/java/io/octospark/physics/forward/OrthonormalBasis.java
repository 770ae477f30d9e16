package io.octospark.physics.forward;

import io.octospark.model.ComplexVector;
import java.util.ArrayList;
import java.util.List;

/** Orthonormal complex vectors that span those given one after the other: a QR factorisation column by column. */
final class OrthonormalBasis {
    private final List<ComplexVector> vectors = new ArrayList<>();

    /**
     * Takes a vector; it is overwritten with the part that is orthogonal to the basis, made a unit vector, and kept.
     *
     * @return its coefficients in the basis, the new vector last. If that one is 0 the vector depended on those before,
     *     and a zero vector takes the place in the basis
     */
    ComplexVector add(ComplexVector vector) {
        ComplexVector coefficients = ComplexVector.zeros(vectors.size() + 1);
        // Once leaves rounding errors of the size of the vector, twice of what is left of it.
        for (int round = 0; round < 2; round++) {
            for (int j = 0; j < vectors.size(); j++) {
                double re = vectors.get(j).realDot(vector);
                double im = vectors.get(j).imaginaryDot(vector);
                vector.addScaled(-re, -im, vectors.get(j));
                coefficients.re()[j] += re;
                coefficients.im()[j] += im;
            }
        }
        double norm = Math.sqrt(vector.normSquared());
        coefficients.re()[vectors.size()] = norm;
        if (norm > 0) {
            vector.scale(1 / norm);
        }
        vectors.add(vector);
        return coefficients;
    }

    /** The j-th vector, from 0; not to be changed. */
    ComplexVector get(int j) {
        return vectors.get(j);
    }

    /** The products of all vectors with another: the coefficients of the part of it that the basis spans. */
    ComplexVector project(ComplexVector other) {
        ComplexVector products = ComplexVector.zeros(vectors.size());
        for (int j = 0; j < vectors.size(); j++) {
            products.re()[j] = vectors.get(j).realDot(other);
            products.im()[j] = vectors.get(j).imaginaryDot(other);
        }
        return products;
    }
}
