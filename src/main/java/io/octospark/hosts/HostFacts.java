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
 * What {@code submit-scripts/host-facts.sh} has printed on a host.
 *
 * @param values facts by their keys; {@code end} if all was looked at
 * @param bitstreams files that can be read there
 */
record HostFacts(Map<String, String> values, Set<String> bitstreams) {
    private static final Pattern FACT = Pattern.compile("octospark:([a-z_]+)=(.+)");
    private static final Pattern SPARK_CORE = Pattern.compile("spark-core_[0-9.]+-(.+)\\.jar");
    private static final Pattern CARD = Pattern.compile("\"([^\"/]+)/cu1\"");

    HostFacts {
        values = Map.copyOf(values);
        bitstreams = Set.copyOf(bitstreams);
    }

    /** Reads the facts in an output, among which the shells of a host may say other things. */
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

    /** A fact; an empty text where it is not there. */
    String value(String key) {
        return values.getOrDefault(key, "");
    }

    /** Version of the Spark that is there, or an empty text. */
    String sparkVersion() {
        Matcher jar = SPARK_CORE.matcher(value("spark_core"));
        return jar.matches() ? jar.group(1) : "";
    }

    /** Places of the cards, from what {@code discover-fpga.sh} prints for cards with one unit. */
    List<String> cards() {
        return CARD.matcher(value("cards"))
                .results()
                .map((MatchResult card) -> card.group(1))
                .toList();
    }
}
