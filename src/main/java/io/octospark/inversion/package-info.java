/** Reconstruction of the contrast from data: conjugate gradients, regularisation, step length, stopping. */
package io.octospark.inversion;
