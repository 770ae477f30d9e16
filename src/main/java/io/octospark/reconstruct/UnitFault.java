package io.octospark.reconstruct;

import io.octospark.xrt.XrtException;
import java.util.List;

/**
 * A compute unit that has failed in the middle of its work.
 *
 * @param failure why
 * @param inFlight numbers of the grids that it had taken and has no result of
 */
public record UnitFault(XrtException failure, List<Long> inFlight) {}
