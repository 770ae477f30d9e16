package io.octospark.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.config.KernelSpec;
import io.octospark.error.InvalidInputException;
import io.octospark.model.Grid;
import io.octospark.model.GridRanges;
import io.octospark.model.InversionMode;
import io.octospark.model.InversionProblem;
import io.octospark.model.InversionSettings;
import io.octospark.model.Position;
import io.octospark.model.Survey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
    private static final InversionProblem PROBLEM = new InversionProblem(
            Grid.of(5, 4, new Position(0, 0), new Position(50, 40)),
            new Survey(2000, List.of(10.0), List.of(new Position(0, -5)), List.of(new Position(9, -5))),
            new InversionSettings(InversionMode.STANDARD, 1e-6, 10, 100, 1));

    @ParameterizedTest
    @CsvSource({"1, 10, 1", "2, 10, 3", "3, 7, 2", "5, 11, 4", "3, 2, 2", "1, 1000003, 1000"})
    void partitionsOfAUnitShareItsGridsAndFirstComeThoseOfAllUnits(int count, long grids, int parts) {
        List<UnitAssignment> units = Placement.onEqualUnits(PROBLEM, count, grids);
        List<UnitAssignment> partitions = Placement.split(units, parts);

        assertThat(partitions.subList(0, count)).extracting(UnitAssignment::id).isEqualTo(ids(units));
        for (int i = 0; i < partitions.size(); i++) {
            assertThat(partitions.get(i).partition()).isEqualTo(i);
        }
        for (UnitAssignment unit : units) {
            List<UnitAssignment> ofUnit = partitions.stream()
                    .filter(partition -> partition.id() == unit.id())
                    .toList();
            assertThat(ofUnit).hasSize((int) Math.max(1, Math.min(parts, unit.grids())));
            GridRanges together = GridRanges.NONE;
            for (UnitAssignment partition : ofUnit) {
                assertThat(partition.grids()).isBetween(unit.grids() / ofUnit.size(), unit.grids() / ofUnit.size() + 1);
                assertThat(partition.ranges().and(together)).isEqualTo(GridRanges.NONE);
                together = together.plus(partition.ranges());
            }
            assertThat(together).isEqualTo(unit.ranges());
        }
    }

    private static List<Integer> ids(List<UnitAssignment> units) {
        return units.stream().map(UnitAssignment::id).toList();
    }

    private static KernelSpec kernel(int instances, long batchValues) {
        return new KernelSpec("a.xclbin", instances, batchValues, List.of(), null, null, 0, 0, null, PROBLEM);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 10", "7, 10", "3, 2", "5, 1000003"})
    void equalUnitsShareAllGridsEvenlyAndInOrder(int units, long grids) {
        List<UnitAssignment> assignments = Placement.onEqualUnits(PROBLEM, units, grids);

        assertThat(assignments).hasSize(units);
        long next = 0;
        for (UnitAssignment assignment : assignments) {
            assertThat(assignment.firstGrid()).isEqualTo(assignment.grids() == 0 ? null : next);
            assertThat(assignment.grids()).isBetween(grids / units, grids / units + 1);
            assertThat(assignment.id()).isEqualTo(assignment.partition() + 1);
            next += assignment.grids();
        }
        assertThat(next).isEqualTo(grids);
    }

    @Test
    void kernelsAreSplitByBatchSize() {
        List<UnitAssignment> assignments = Placement.onKernels(List.of(kernel(1, 60), kernel(2, 40)), 7, false);

        assertThat(assignments).extracting(UnitAssignment::grids).containsExactly(3L, 2L, 2L);
        assertThat(assignments).extracting(UnitAssignment::firstGrid).containsExactly(0L, 3L, 5L);
        assertThat(assignments).extracting(UnitAssignment::id).containsExactly(1, 2, 3);
        assertThat(assignments).extracting(UnitAssignment::cu).containsExactly(1, 1, 2);
    }

    @Test
    void kernelsWithoutBatchSizeShareEvenly() {
        List<UnitAssignment> assignments = Placement.onKernels(List.of(kernel(1, 0), kernel(2, 0)), 7, false);

        assertThat(assignments).extracting(UnitAssignment::grids).containsExactly(3L, 2L, 2L);
    }

    @Test
    void batchSizesGiveWayToAnEvenSplit() {
        List<UnitAssignment> assignments = Placement.onKernels(List.of(kernel(2, 60)), 5, true);

        assertThat(assignments).extracting(UnitAssignment::grids).containsExactly(3L, 2L);
    }

    @ParameterizedTest
    @CsvSource({"6", "8"})
    void dataLeftOverOrTooShortAreRefused(long grids) {
        assertThatThrownBy(() -> Placement.onKernels(List.of(kernel(1, 60), kernel(2, 40)), grids, false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "kernels: batch_size gives the 3 units 3 + 2 + 2 = 7 grids, the data set with its replicates"
                                + " has " + grids
                                + "; change batch_size, no_instances or replicate, or split evenly with"
                                + " --grids");
    }

    @Test
    void refusesMorePartitionsThanADriverKeepsInMind() {
        List<UnitAssignment> units = Placement.onEqualUnits(PROBLEM, 1000, 1_000_000);

        assertThat(Placement.split(units, 100)).hasSize(100_000);
        assertThatThrownBy(() -> Placement.split(units, 101))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "1000 units in up to 101 partitions each: are 101000 partitions, the limit is 100000; use fewer"
                                + " units, or a smaller --partitions-per-unit");
    }
}
