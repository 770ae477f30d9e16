package io.octospark.xrt;

import io.octospark.error.ErrorCode;
import io.octospark.error.Failure;
import io.octospark.error.Problem;
import java.util.List;

/**
 * A call of the Xilinx Runtime that failed, or that was refused because it would have. The message is one line: where,
 * which call, what is wrong, the value, what is allowed, the remedy. The same stand in fields, which are null where they
 * do not apply. What XRT itself has to say of a failure it prints on standard error.
 */
public final class XrtException extends RuntimeException implements Failure {
    private static final long serialVersionUID = 2L;

    private final ErrorCode code;
    private final Place place;
    private final String call;
    private final String value;
    private final String limit;
    private final String remedy;

    /** What a call was about: the card by index or BDF, the compute unit, the UUID of the loaded xclbin; or nulls. */
    record Place(String card, String unit, String xclbin) implements java.io.Serializable {
        static final Place NONE = new Place(null, null, null);

        XrtException failure(ErrorCode code, String call, String problem, Object value, Object limit, String remedy) {
            return new XrtException(code, this, call, problem, text(value), text(limit), remedy, null);
        }

        XrtException failure(ErrorCode code, String call, String problem, String remedy) {
            return failure(code, call, problem, null, null, remedy);
        }

        private static String text(Object value) {
            return value == null ? null : value.toString();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            append(text, "card ", card);
            append(text, "unit ", unit);
            append(text, "xclbin ", xclbin);
            return text.toString();
        }

        private static void append(StringBuilder text, String name, String value) {
            if (value != null) {
                text.append(text.isEmpty() ? "" : ", ").append(name).append(value);
            }
        }
    }

    XrtException(
            ErrorCode code,
            Place place,
            String call,
            String problem,
            String value,
            String limit,
            String remedy,
            Throwable cause) {
        super(message(place, call, problem, value, limit, remedy), cause);
        this.code = code;
        this.place = place;
        this.call = call;
        this.value = value;
        this.limit = limit;
        this.remedy = remedy;
    }

    private static String message(Place place, String call, String problem, String value, String limit, String remedy) {
        return (place.equals(Place.NONE) ? "" : place + ": ")
                + (call + ": " + problem)
                + (value == null ? "" : ": " + value)
                + (limit == null ? "" : ", allowed: " + limit)
                + (Problem.SEPARATOR + remedy);
    }

    /**
     * A failure that a user of cards has found, in the words of those found here.
     *
     * @param code what kind of failure it is
     * @param card the card by index or BDF, or null
     * @param unit the compute unit, or null
     * @param call what was being done
     * @param problem what is wrong
     * @param value the value that is not allowed, or null
     * @param limit what is allowed instead, or null
     * @param remedy what to do
     */
    public static XrtException of(
            ErrorCode code,
            String card,
            String unit,
            String call,
            String problem,
            Object value,
            Object limit,
            String remedy) {
        return new Place(card, unit, null).failure(code, call, problem, value, limit, remedy);
    }

    @Override
    public List<Problem> problems() {
        String message = getMessage();
        String what = message.substring(0, message.length() - Problem.SEPARATOR.length() - remedy.length());
        return List.of(new Problem(code, what, remedy));
    }

    /** The function of XRT's C API. */
    public String call() {
        return call;
    }

    /** The card as it was opened: an index or a BDF. */
    public String card() {
        return place.card();
    }

    /** The compute unit as XRT names it, such as {@code dotprod:{dotprod_1}}. */
    public String unit() {
        return place.unit();
    }

    /** The UUID of the xclbin on the card. */
    public String xclbin() {
        return place.xclbin();
    }

    /** The value that is not allowed, or the state that was not expected. */
    public String value() {
        return value;
    }

    /** What is allowed instead. */
    public String limit() {
        return limit;
    }

    /** What to do. */
    public String remedy() {
        return remedy;
    }
}
