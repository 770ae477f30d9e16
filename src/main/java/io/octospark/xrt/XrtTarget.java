package io.octospark.xrt;

import io.octospark.error.ErrorCode;
import io.octospark.error.Problem;
import java.util.UUID;

/**
 * What a call concerns, as messages name it: a card, a compute unit of it, the xclbin on it. Immutable. Makes the failures
 * of such calls; their messages are one line: target, call, what is wrong, the value, what is allowed, the remedy.
 */
public final class XrtTarget {
    /** The host, before any card is named. */
    static final XrtTarget NONE = new XrtTarget("");

    private final String text;

    private XrtTarget(String text) {
        this.text = text;
    }

    /** Returns a card by the name that it was opened with: an index or a BDF. */
    public static XrtTarget card(String card) {
        return new XrtTarget("card " + card);
    }

    /** Returns a compute unit of this card, such as {@code dotprod:{dotprod_1}}. */
    public XrtTarget unit(String unit) {
        return new XrtTarget(text + ", unit " + unit);
    }

    /** Returns this card or unit with the xclbin that is on the card. */
    XrtTarget xclbin(UUID xclbin) {
        return new XrtTarget(text + ", xclbin " + xclbin);
    }

    /** Returns the failure of a call. */
    public XrtException failure(ErrorCode code, String call, String problem, String remedy) {
        return failure(code, call, problem, remedy, null);
    }

    /** Returns the failure of a call that was refused a value. */
    public XrtException failure(
            ErrorCode code, String call, String problem, Object value, Object limit, String remedy) {
        return failure(code, call, problem + ": " + value + ", allowed: " + limit, remedy);
    }

    /** Returns the failure of a call with the exception that caused it, if there is one. */
    XrtException failure(ErrorCode code, String call, String problem, String remedy, Throwable cause) {
        String place = text.isEmpty() ? "" : text + ": ";
        return new XrtException(new Problem(code, place + call + ": " + problem, remedy), cause);
    }

    @Override
    public String toString() {
        return text;
    }
}
