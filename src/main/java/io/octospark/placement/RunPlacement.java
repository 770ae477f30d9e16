package io.octospark.placement;

import io.octospark.compute.Backend;
import io.octospark.compute.UnitAddress;
import io.octospark.compute.xrt.DesignCatalogue;
import io.octospark.compute.xrt.DesignCatalogue.Design;
import io.octospark.compute.xrt.Tiling;
import io.octospark.compute.xrt.UnitDesign;
import io.octospark.compute.xrt.XrtBackend;
import io.octospark.config.Experiment;
import io.octospark.config.KernelSpec;
import io.octospark.error.ErrorCode;
import io.octospark.error.InvalidInputException;
import io.octospark.error.Problem;
import io.octospark.model.InversionProblem;
import io.octospark.xrt.Card;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.xclbin.DesignSize;
import io.octospark.xrt.xclbin.MemoryBank;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Placement of a run: its compute units and the grids of each. */
public final class RunPlacement {
    private RunPlacement() {}

    /**
     * The demand of a run.
     *
     * @param grids grids of one repeat
     * @param evenly true to split evenly even if the kernels have batch sizes
     * @param units number of equal units that replace the experiment's kernels
     * @param partitionsPerUnit partitions that the grids of a unit are cut into
     */
    public record Demand(long grids, boolean evenly, Optional<Integer> units, int partitionsPerUnit) {}

    /**
     * The resources of the hosts.
     *
     * @param cores cores of all hosts
     * @param thisHost whether units are on this host, so that its cards and files can be checked
     */
    public record Hosts(int cores, boolean thisHost) {}

    /**
     * Places a run.
     *
     * @throws InvalidInputException if the run does not fit; names all problems
     */
    public static List<UnitAssignment> place(Experiment experiment, Backend backend, Demand demand, Hosts hosts) {
        return Placement.split(onUnits(experiment, backend, demand, hosts), demand.partitionsPerUnit());
    }

    private static List<UnitAssignment> onUnits(Experiment experiment, Backend backend, Demand demand, Hosts hosts) {
        if (backend instanceof XrtBackend xrt) {
            List<UnitAssignment> assignments = onCards(experiment, xrt, demand, hosts.thisHost());
            if (hosts.thisHost()) {
                check(assignments, xrt);
            }
            return assignments;
        }
        if (demand.units().isPresent()) {
            return Placement.onEqualUnits(experiment.problem(), demand.units().get(), demand.grids());
        }
        if (!experiment.kernels().isEmpty()) {
            return Placement.onKernels(experiment.kernels(), demand.grids(), demand.evenly());
        }
        int units = (int) Math.min(hosts.cores(), demand.grids());
        return Placement.onEqualUnits(experiment.problem(), units, demand.grids());
    }

    private static List<UnitAssignment> onCards(
            Experiment experiment, XrtBackend xrt, Demand demand, boolean thisHost) {
        List<UnitAssignment> assignments;
        List<UnitAddress> addresses;
        if (demand.units().isPresent() || experiment.kernels().isEmpty()) {
            KernelSpec kernel = experiment.kernels().isEmpty()
                    ? fitting(experiment.problem(), xrt)
                    : experiment.kernels().get(0);
            // XRT's emulation modes have a card that no system lists.
            int cards = xrt.emulated()
                    ? xrt.cards().size()
                    : Math.max(1, xrt.cards().size());
            int found = cards * kernel.instances();
            int units = demand.units().orElse((int) Math.min(found, demand.grids()));
            if (thisHost && units > found) {
                throw new InvalidInputException(
                        ErrorCode.TOO_FEW_UNITS,
                        "--units = %d: %s has %d compute unit(s); with %d card(s) on this host that makes %d"
                                .formatted(units, kernel.pathToBitstream(), kernel.instances(), cards, found),
                        "ask for fewer" + (xrt.emulated() ? ", or set OCTOSPARK_EMU_CARDS to emulate more cards" : ""));
            }
            assignments = Placement.onEqualUnits(experiment.problem(), units, demand.grids());
            addresses = CardPlacement.copies(kernel, units);
        } else {
            assignments = Placement.onKernels(experiment.kernels(), demand.grids(), demand.evenly());
            addresses = CardPlacement.ofKernels(experiment.kernels(), thisHost ? xrt.cards() : List.of());
        }
        List<UnitAssignment> placed = new ArrayList<>();
        for (int unit = 0; unit < addresses.size(); unit++) {
            placed.add(assignments.get(unit).on(addresses.get(unit)));
        }
        return placed;
    }

    /** Returns a kernel with all units of the {@linkplain #smallest smallest design}. */
    static KernelSpec fitting(InversionProblem problem, XrtBackend xrt) {
        Design design = smallest(problem, xrt)
                .orElseThrow(() -> new InvalidInputException(
                        ErrorCode.BITSTREAM_NOT_FOUND,
                        "kernels: none are given, and of the catalogue conf/designs.json no bitstream is in the working"
                                + " folder",
                        "name one in kernels, or build one as bitstreams/README.md says"));
        return new KernelSpec(
                design.xclbin().toString(), design.units(), 0, design.functions(), null, null, 0, 0, null, problem);
    }

    /**
     * Returns the available design of the catalogue with the fewest tiles for a problem's matrix; the smallest such
     * design if several have as few. Empty if no design is available.
     */
    public static Optional<Design> smallest(InversionProblem problem, XrtBackend xrt) {
        return DesignCatalogue.bundled().designs().stream()
                .filter(candidate -> xrt.emulated() || Files.exists(candidate.xclbin()))
                .min(Comparator.<Design>comparingLong(candidate ->
                                tiling(problem, xrt, candidate.size()).tiles())
                        .thenComparingLong(candidate -> (long) candidate.rows() * candidate.cols()));
    }

    /** Compares units with the library, cards and bitstreams of this host. Opens no card. */
    private static void check(List<UnitAssignment> assignments, XrtBackend xrt) {
        List<Card> cards = xrt.cards();
        Set<Problem> problems = new LinkedHashSet<>();
        try {
            xrt.xrt().load();
        } catch (XrtException e) {
            e.problems().forEach(problem -> problems.add(problem.at("--backend " + xrt.key())));
        }
        Map<String, Map<MemoryBank, Long>> memory = new TreeMap<>();
        for (UnitAssignment assignment : assignments) {
            String name = assignment.address().card();
            try {
                name = Integer.toString(xrt.card(cards, name).index());
            } catch (InvalidInputException e) {
                problems.addAll(e.problems());
            }
            try {
                UnitDesign design = xrt.bitstream(assignment.address()).unit(assignment.address());
                Map<MemoryBank, Long> ofCard = memory.computeIfAbsent(name, card -> new HashMap<>());
                design.memory(
                                tiling(assignment.problem(), xrt, design.size()),
                                xrt.matrices(assignment.problem()),
                                xrt.settings().gridsInFlight())
                        .forEach((bank, bytes) -> ofCard.merge(bank, bytes, Long::sum));
            } catch (InvalidInputException e) {
                problems.addAll(e.problems());
            }
        }
        memory.forEach((card, bytes) -> {
            try {
                UnitDesign.checkMemory(card, bytes);
            } catch (InvalidInputException e) {
                problems.addAll(e.problems());
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidInputException(List.copyOf(problems));
        }
    }

    /** Returns how a design cuts the matrix of a problem, in the backend's form of the matrix. */
    public static Tiling tiling(InversionProblem problem, XrtBackend xrt, DesignSize design) {
        return new Tiling(
                Math.toIntExact(xrt.operator().rows(problem)), problem.grid().cells(), design);
    }
}
