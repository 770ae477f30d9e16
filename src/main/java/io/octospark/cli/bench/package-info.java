/** Benchmarks: the commands below {@code octospark bench} and what they measure with. */
package io.octospark.cli.bench;
