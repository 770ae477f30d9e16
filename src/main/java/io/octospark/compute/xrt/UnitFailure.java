package io.octospark.compute.xrt;

import io.octospark.compute.UnitAddress;
import java.io.Serializable;
import java.time.Instant;

/**
 * A failure of a compute unit, and what this process makes of it.
 *
 * @param at when the unit was given back
 * @param unit where the unit is found
 * @param device the card's place on the bus, or its index
 * @param message what failed
 * @param givenUp whether this process does not use the unit again
 * @param cardLost whether it uses no unit of the card again
 */
public record UnitFailure(
        Instant at, UnitAddress unit, String device, String message, boolean givenUp, boolean cardLost)
        implements Serializable {
    /** The unit's number within its bitstream, from 1. */
    public int cu() {
        return unit.cu();
    }
}
