package io.octospark.reconstruct;

import java.io.Serializable;
import java.time.Duration;

/**
 * What a unit does at a stretch: it takes no further grid when either is reached.
 *
 * @param time since the start of its task
 * @param grids grids taken
 */
public record UnitShare(Duration time, long grids) implements Serializable {}
