package io.octospark.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Mappers that read and write JSON. */
public final class Json {
    /** Mapper for JSON that OctoSpark has written. */
    public static final ObjectMapper PLAIN = new ObjectMapper();

    /** Nesting limit, far above that of any configuration. It keeps JSON writable, because writers have a limit too. */
    private static final int MAX_DEPTH = 100;

    /** Mapper for JSON from outside. It refuses duplicate keys and too many levels. */
    public static final ObjectMapper STRICT = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build());

    private Json() {}
}
