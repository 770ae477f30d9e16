package io.octospark.compute;

import io.octospark.config.KernelSpec.Function;
import io.octospark.xrt.xclbin.DesignSize;
import java.io.Serializable;

/**
 * The address of a compute unit of an FPGA: a pair of kernel instances in a bitstream on a card.
 *
 * @param host the host of the card; null for any host
 * @param card the card by its index, its BDF (place on the PCI bus), or its name
 * @param bitstream path of the xclbin file on the host of the card
 * @param size the size that the experiment gives; null to take that of the file or of the catalogue of designs
 * @param dotprod the instance for forward products with its memory banks; without banks, those of the bitstream
 * @param update the instance for update directions, likewise
 * @param uuid the UUID that the bitstream must have; null for any
 */
public record UnitAddress(
        String host, String card, String bitstream, DesignSize size, Function dotprod, Function update, String uuid)
        implements Serializable {
    /** Returns the unit's number within its bitstream, from 1. */
    public int cu() {
        String name = dotprod.name();
        return Integer.parseInt(name.substring(name.lastIndexOf('_') + 1));
    }

    /** Returns the same unit on another host; null for any host. */
    public UnitAddress onHost(String otherHost) {
        return new UnitAddress(otherHost, card, bitstream, size, dotprod, update, uuid);
    }

    /** Returns the same unit of the bitstream on another card. */
    public UnitAddress onCard(String otherCard) {
        return new UnitAddress(host, otherCard, bitstream, size, dotprod, update, uuid);
    }
}
