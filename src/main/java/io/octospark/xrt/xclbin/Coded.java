package io.octospark.xrt.xclbin;

import java.util.Optional;
import java.util.stream.Stream;

/** A constant that stands in files as a number. */
interface Coded {
    /** Returns the number; of constants for all unknown numbers 0xff. */
    int code();

    /** Returns the constant of a number. */
    static <E extends Coded> Optional<E> of(E[] constants, int code) {
        return Stream.of(constants).filter(constant -> constant.code() == code).findFirst();
    }
}
