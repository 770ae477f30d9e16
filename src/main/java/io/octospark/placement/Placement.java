package io.octospark.placement;

import io.octospark.config.KernelSpec;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.model.GridRanges;
import io.octospark.model.InversionProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Split of a data set over compute units: consecutive grids for each, in the order of the units. */
public final class Placement {
    private static final int MAX_PARTITIONS = 100_000;

    private Placement() {}

    /** Splits the grids evenly over equal units; the first units get one grid more if there is a remainder. */
    public static List<UnitAssignment> onEqualUnits(InversionProblem problem, int units, long grids) {
        List<UnitAssignment> assignments = new ArrayList<>(units);
        long first = 0;
        for (int unit = 0; unit < units; unit++) {
            long share = evenShare(grids, units, unit);
            assignments.add(new UnitAssignment(unit, unit + 1, unit + 1, problem, GridRanges.of(first, share), null));
            first += share;
        }
        return assignments;
    }

    /**
     * Splits the grids over the units of kernels: by batch size if the kernels have batch sizes, else evenly.
     *
     * @param evenly true to split evenly even if the kernels have batch sizes
     * @throws InvalidInputException if the batch sizes do not add up to the grids
     */
    public static List<UnitAssignment> onKernels(List<KernelSpec> kernels, long grids, boolean evenly) {
        int units = kernels.stream().mapToInt(KernelSpec::instances).sum();
        boolean byBatch = !evenly && kernels.get(0).batchValues() > 0;
        List<UnitAssignment> assignments = new ArrayList<>(units);
        long first = 0;
        for (KernelSpec kernel : kernels) {
            for (int instance = 1; instance <= kernel.instances(); instance++) {
                int unit = assignments.size();
                long share = byBatch
                        ? kernel.batchValues() / kernel.problem().grid().cells()
                        : evenShare(grids, units, unit);
                assignments.add(new UnitAssignment(
                        unit, unit + 1, instance, kernel.problem(), GridRanges.of(first, share), null));
                first += share;
            }
        }
        if (first != grids) {
            String shares = assignments.stream()
                    .map(assignment -> Long.toString(assignment.grids()))
                    .collect(Collectors.joining(" + "));
            throw new InvalidInputException(
                    ErrorCode.BATCHES_DIFFER,
                    ("kernels: batch_size gives the %d units %s = %d grids, the data set with its"
                                    + " replicates has %d")
                            .formatted(units, shares, first, grids),
                    "change batch_size, no_instances or replicate, or split evenly with --grids");
        }
        return assignments;
    }

    /**
     * Cuts the grids of each unit into partitions, so that a retry repeats less and a faster unit can do more. The
     * first partitions of all units come first, so that tasks that start together need different units.
     *
     * @param units one assignment for each unit
     * @param parts partitions of each unit; fewer if it has fewer grids
     * @throws InvalidInputException if there are more partitions than Spark's driver can handle
     */
    public static List<UnitAssignment> split(List<UnitAssignment> units, int parts) {
        long all = units.stream().mapToLong(unit -> parts(unit, parts)).sum();
        if (all > MAX_PARTITIONS) {
            throw new InvalidInputException(
                    ErrorCode.USAGE,
                    "%d units in up to %d partitions each: are %d partitions, the limit is %d"
                            .formatted(units.size(), parts, all, MAX_PARTITIONS),
                    "use fewer units, or a smaller" + " --partitions-per-unit");
        }
        List<UnitAssignment> partitions = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            for (UnitAssignment unit : units) {
                int ofUnit = parts(unit, parts);
                if (part < ofUnit) {
                    long share = evenShare(unit.grids(), ofUnit, part);
                    long before = part * (unit.grids() / ofUnit) + Math.min(part, unit.grids() % ofUnit);
                    partitions.add(unit.with(partitions.size(), unit.ranges().part(before, share)));
                }
            }
        }
        return partitions;
    }

    /**
     * Splits the remaining grids of a run again, evenly over interchangeable units.
     *
     * @param partitions partitions of the whole run
     * @param left the remaining grids
     * @param parts partitions of each unit
     * @param firstPartition number of the first partition
     * @return partitions with grids, on the units of {@code partitions}
     */
    public static List<UnitAssignment> ofRest(
            List<UnitAssignment> partitions, GridRanges left, int parts, int firstPartition) {
        List<List<UnitAssignment>> alike = new ArrayList<>();
        for (UnitAssignment partition : partitions) {
            alike.stream()
                    .filter(group -> group.get(0).isLike(partition))
                    .findFirst()
                    .orElseGet(() -> {
                        alike.add(new ArrayList<>());
                        return alike.get(alike.size() - 1);
                    })
                    .add(partition);
        }
        List<UnitAssignment> units = new ArrayList<>();
        for (List<UnitAssignment> group : alike) {
            GridRanges ofGroup = group.stream()
                    .map(UnitAssignment::ranges)
                    .reduce(GridRanges.NONE, GridRanges::plus)
                    .and(left);
            List<UnitAssignment> distinct = new ArrayList<>(group.stream()
                    .collect(Collectors.toMap(UnitAssignment::id, unit -> unit, (a, b) -> a, TreeMap::new))
                    .values());
            long before = 0;
            for (int unit = 0; unit < distinct.size(); unit++) {
                long share = evenShare(ofGroup.count(), distinct.size(), unit);
                units.add(distinct.get(unit).with(0, ofGroup.part(before, share)));
                before += share;
            }
        }
        units.removeIf(unit -> unit.ranges().isEmpty());
        return split(units, parts).stream()
                .map(partition -> partition.with(firstPartition + partition.partition(), partition.ranges()))
                .toList();
    }

    private static int parts(UnitAssignment unit, int parts) {
        return (int) Math.max(1, Math.min(parts, unit.grids()));
    }

    private static long evenShare(long grids, int units, int unit) {
        return grids / units + (unit < grids % units ? 1 : 0);
    }
}
