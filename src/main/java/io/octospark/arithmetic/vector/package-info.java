/** The inner loops for the incubating Vector API. No class here is loaded where its module is missing. */
package io.octospark.arithmetic.vector;
