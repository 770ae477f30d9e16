package io.octospark.compute;

import java.io.Serializable;

/**
 * The description of a unit for the result tables. CPU cores have no bitstream, UUID and number: null.
 *
 * @param backend kind of unit
 * @param device the card, or {@code cpu}
 * @param bitstream path of the xclbin file
 * @param xclbinUuid UUID of the design on the card
 * @param cu number of the unit within its bitstream, from 1
 */
public record UnitDescription(String backend, String device, String bitstream, String xclbinUuid, Integer cu)
        implements Serializable {}
