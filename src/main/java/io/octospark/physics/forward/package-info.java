/**
 * Forward models: total fields by the integral equation or by finite differences. Begin with {@link
 * io.octospark.physics.forward.ForwardModels}; equations, errors and limits are in docs/theory.md.
 */
package io.octospark.physics.forward;
