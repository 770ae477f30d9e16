package io.octospark.spark;

import java.util.Optional;

/**
 * How an experiment is to be run.
 *
 * @param results results folder
 * @param grids take only the first so many grids and split them evenly
 * @param units number of equal units to use in place of the experiment's kernels
 */
public record RunOptions(String results, Optional<Long> grids, Optional<Integer> units) {}
