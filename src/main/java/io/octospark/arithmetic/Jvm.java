package io.octospark.arithmetic;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.octospark.arithmetic.vector.VectorRoutines;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** The properties of this JVM that decide between the arithmetics. */
class Jvm {
    static final String VECTOR_MODULE = "jdk.incubator.vector";

    /** The compilation level of C2. */
    private static final int C2_LEVEL = 4;

    boolean hasVectorModule() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }

    /** Returns the numbers of a vector. Needs the module. */
    int lanes() {
        return VectorRoutines.lanes();
    }

    /** Returns the option or the property of this JVM that leaves it without C2; empty if it has C2. */
    Optional<String> withoutC2() {
        if (ManagementFactory.getCompilationMXBean() == null) {
            return Optional.of("-Xint");
        }
        int level = Integer.parseInt(flag("TieredStopAtLevel").orElse("0"));
        if (level < C2_LEVEL) {
            return Optional.of("-XX:TieredStopAtLevel=" + level);
        }
        String mode = flag("CompilationMode").orElse("default");
        if (mode.equals("quick-only")) {
            return Optional.of("-XX:CompilationMode=" + mode);
        }
        return flag("UseJVMCICompiler").filter("true"::equals).map(yes -> "-XX:+UseJVMCICompiler");
    }

    /** Returns the value of a flag of HotSpot; empty on another JVM. */
    private static Optional<String> flag(String name) {
        try {
            return Optional.of(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption(name)
                    .getValue());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
