package io.octospark.xrt.emulator;

import com.sun.jna.Library;
import com.sun.jna.Native;

/**
 * The emulated card's options in the environment of this process. Whoever loads its library with options leaves them there, where
 * later tests of the same JVM would find them.
 */
public final class EmulatorOptions {
    private interface CLibrary extends Library {
        int setenv(String name, String value, int overwrite);

        int unsetenv(String name);
    }

    private static final CLibrary C = Native.load("c", CLibrary.class);

    private EmulatorOptions() {}

    /** Sets a variable for cards that are opened from now on. */
    static void set(String variable, String value) {
        C.setenv(variable, value, 1);
    }

    /** Removes variables. */
    public static void forget(Iterable<String> variables) {
        variables.forEach(C::unsetenv);
    }
}
