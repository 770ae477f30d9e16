/** Benchmarks: the subcommands of {@code octospark bench} and their measurements. */
package io.octospark.cli.bench;
