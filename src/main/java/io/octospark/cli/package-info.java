/** The commands. */
package io.octospark.cli;
