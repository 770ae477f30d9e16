package io.octospark.compute;

import io.octospark.config.KernelSpec.Function;
import io.octospark.xrt.xclbin.DesignSize;
import java.io.Serializable;

/**
 * Where a compute unit of an FPGA is found: a pair of kernel instances in a bitstream on a card.
 *
 * @param host the host of the card, or null if any host's will do
 * @param card the card by its index, its place on the PCI bus, or its name
 * @param bitstream path of the xclbin file on the host of the card
 * @param size the size that the design is said to have, or null: then the file or the catalogue of designs tells
 * @param dotprod the instance for forward products with its memory banks; without banks, those of the bitstream
 * @param update the instance for update directions, likewise
 * @param uuid UUID that the bitstream must have, or null
 */
public record UnitAddress(
        String host, String card, String bitstream, DesignSize size, Function dotprod, Function update, String uuid)
        implements Serializable {
    /** The unit's number within its bitstream, from 1. */
    public int cu() {
        String name = dotprod.name();
        return Integer.parseInt(name.substring(name.lastIndexOf('_') + 1));
    }

    /** The same unit on another host, or on any if that is null. */
    public UnitAddress onHost(String otherHost) {
        return new UnitAddress(otherHost, card, bitstream, size, dotprod, update, uuid);
    }

    /** The same unit of the bitstream on another card. */
    public UnitAddress onCard(String otherCard) {
        return new UnitAddress(host, otherCard, bitstream, size, dotprod, update, uuid);
    }
}
