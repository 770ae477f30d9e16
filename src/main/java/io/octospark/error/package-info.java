/** Error codes, problems in user input, and the texts that messages are made of. Knows no other package. */
package io.octospark.error;
