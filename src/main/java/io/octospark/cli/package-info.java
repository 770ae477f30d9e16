/** The command line: the entry point, and the commands that run, plan, check and make data. */
package io.octospark.cli;
