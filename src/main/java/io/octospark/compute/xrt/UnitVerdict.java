package io.octospark.compute.xrt;

import io.octospark.compute.UnitAddress;
import java.time.Instant;

/**
 * What this process decided about a compute unit after a failure of it.
 *
 * @param at when the unit was given back
 * @param unit where the unit is found
 * @param device the card's place on the bus, or its index if it has none
 * @param message what failed
 * @param times how often the unit has failed up to now
 * @param givenUp whether this process does not use the unit again
 */
public record UnitVerdict(Instant at, UnitAddress unit, String device, String message, int times, boolean givenUp) {}
