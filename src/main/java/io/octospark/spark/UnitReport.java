package io.octospark.spark;

import io.octospark.compute.DeviceSample;
import io.octospark.model.GridRanges;
import io.octospark.results.EventRecord;
import io.octospark.results.UnitRecord;
import java.io.Serializable;
import java.util.List;

/**
 * What a task tells the driver when it has succeeded.
 *
 * @param unit the unit's row
 * @param failed grids that failed
 * @param converged grids that met the stop rule
 * @param iterations passes of all grids
 * @param samples what the device's sensors showed, without those that another task has told
 * @param rest grids of the partition that were not taken
 * @param inFlight grids that were taken and have no result, as the unit failed
 * @param events what went another way than planned
 */
public record UnitReport(
        UnitRecord unit,
        long failed,
        long converged,
        long iterations,
        List<DeviceSample> samples,
        GridRanges rest,
        GridRanges inFlight,
        List<EventRecord> events)
        implements Serializable {}
