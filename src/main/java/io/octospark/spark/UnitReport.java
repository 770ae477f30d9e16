package io.octospark.spark;

import io.octospark.compute.DeviceSample;
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
 */
record UnitReport(UnitRecord unit, long failed, long converged, long iterations, List<DeviceSample> samples)
        implements Serializable {}
