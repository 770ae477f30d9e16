/** The inner loops in plain Java, written so that the compiler of JDK 17 vectorises them. */
package io.octospark.arithmetic.plain;
