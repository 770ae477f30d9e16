package io.octospark.inversion;

import io.octospark.model.InversionMode;
import io.octospark.model.InversionSettings;

/** When the passes of an inversion end. */
public final class StopRule {
    private StopRule() {}

    /**
     * True if no further pass is wanted.
     *
     * @param pass the pass, from 0
     * @param cost its misfit F
     * @param previousCost the misfit of the pass before
     */
    public static boolean isMet(InversionSettings settings, int pass, double cost, double previousCost) {
        boolean unchanged = Math.abs(previousCost - cost) < settings.tolerance();
        if (settings.mode() == InversionMode.FWI_PYTHON) {
            return unchanged;
        }
        return pass > 0 && (cost < settings.tolerance() || unchanged);
    }

    /** Why the passes ended, once the rule is met. */
    public static StopReason reason(InversionSettings settings, double cost) {
        return cost < settings.tolerance() ? StopReason.TOLERANCE : StopReason.STALLED;
    }
}
