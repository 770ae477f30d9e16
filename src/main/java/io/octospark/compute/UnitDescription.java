package io.octospark.compute;

import java.io.Serializable;

/**
 * What a unit is, for the result tables.
 *
 * @param backend kind of unit
 * @param device the card, or {@code cpu}
 * @param bitstream path of the xclbin file, or null
 * @param xclbinUuid UUID of the design on the card, or null
 * @param cu number of the unit within its bitstream, from 1; null where units have none
 */
public record UnitDescription(String backend, String device, String bitstream, String xclbinUuid, Integer cu)
        implements Serializable {}
