/** Wave physics: Bessel functions, Green's function, the Born operator. */
package io.octospark.physics;
