/**
 * Reconstruction of the contrast from data: conjugate gradients, regularisation, step length, stopping. What is minimised
 * and why is in docs/theory.md.
 */
package io.octospark.inversion;
