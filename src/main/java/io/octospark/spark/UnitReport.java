package io.octospark.spark;

import io.octospark.results.UnitRecord;
import java.io.Serializable;

/**
 * What a task tells the driver when it has succeeded.
 *
 * @param unit the unit's row
 * @param failed grids that failed
 * @param converged grids that met the stop rule
 * @param iterations passes of all grids
 */
record UnitReport(UnitRecord unit, long failed, long converged, long iterations) implements Serializable {}
