/** The experiment's configuration: typed records and the reader that checks every key. */
package io.octospark.model.experiment;
