package io.octospark.results;

import java.io.Serializable;

/**
 * A partition of a run and the compute unit that works on it.
 *
 * @param repeat repeat of the run, from 0
 * @param partitionId partition, from 0
 * @param unitId number of the unit in the run, from 1
 * @param cu instance of the unit within its bitstream, from 1
 */
public record UnitPlace(int repeat, int partitionId, int unitId, int cu) implements Serializable {}
