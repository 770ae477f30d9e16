package io.octospark.hosts;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The output of {@code submit-scripts/host-facts.sh} on a host.
 *
 * @param values facts by key; contains {@code end} if the script finished
 * @param bitstreams files that are readable on the host
 */
record HostFacts(Map<String, String> values, Set<String> bitstreams) {
    private static final Pattern FACT = Pattern.compile("octospark:([a-z_]+)=(.+)");
    private static final Pattern SPARK_CORE = Pattern.compile("spark-core_[0-9.]+-(.+)\\.jar");
    private static final Pattern CARD = Pattern.compile("\"([^\"/]+)/cu1\"");

    HostFacts {
        values = Map.copyOf(values);
        bitstreams = Set.copyOf(bitstreams);
    }

    /** Reads the facts from an output that may contain other lines from the host's shells. */
    static HostFacts parse(String output) {
        Map<String, String> values = new HashMap<>();
        Set<String> bitstreams = new HashSet<>();
        output.lines().map(FACT::matcher).filter(Matcher::matches).forEach(fact -> {
            if (fact.group(1).equals("bitstream")) {
                bitstreams.add(fact.group(2));
            } else {
                values.put(fact.group(1), fact.group(2));
            }
        });
        return new HostFacts(values, bitstreams);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Returns a fact, or an empty text if it is missing. */
    String value(String key) {
        return values.getOrDefault(key, "");
    }

    /** Returns the version of the host's Spark, or an empty text if there is none. */
    String sparkVersion() {
        Matcher jar = SPARK_CORE.matcher(value("spark_core"));
        return jar.matches() ? jar.group(1) : "";
    }

    /** Returns the places of the cards, from the output of {@code discover-fpga.sh} for cards with one unit. */
    List<String> cards() {
        return CARD.matcher(value("cards"))
                .results()
                .map((MatchResult card) -> card.group(1))
                .toList();
    }
}
