/** Forms of the Born operator: which exist, what they cost, which one to choose; operators that units share. */
package io.octospark.compute.operator;
