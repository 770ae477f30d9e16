package io.octospark.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

/** How JSON is read and written. */
public final class Json {
    /** For JSON that OctoSpark has written. */
    public static final ObjectMapper PLAIN = new ObjectMapper();

    /** Far more than a configuration has. What is read can be written, too: writers have a limit of their own. */
    private static final int MAX_DEPTH = 100;

    /** For JSON from outside: refuses keys that occur twice and too many levels. */
    public static final ObjectMapper STRICT = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build());

    private Json() {}
}
