/** Wave physics: Bessel functions, Green's function, the Born operator. The equations are in docs/theory.md. */
package io.octospark.physics;
