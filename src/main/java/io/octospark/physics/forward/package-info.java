/** Forward models: total fields by the integral equation or by finite differences. */
package io.octospark.physics.forward;
