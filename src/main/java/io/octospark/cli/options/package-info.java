/** Options, output formats and exit codes that commands share. */
package io.octospark.cli.options;
