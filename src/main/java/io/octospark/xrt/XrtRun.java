package io.octospark.xrt;

import io.octospark.error.ErrorCode;
import java.time.Duration;

/**
 * Executions of a kernel, one at a time: set all arguments once, then start and wait any number of times. An argument may
 * be changed between executions. Made by {@link XrtKernel#openRun}. For one thread at a time; two threads that disagree
 * get an exception, not a hung card.
 *
 * <p>XRT checks no argument, starts a run twice, and waits for ever for a run that was never started. This class refuses
 * all of that.
 */
public final class XrtRun implements AutoCloseable {
    /** Where a run stands. */
    public enum State {
        /** Not started yet. */
        NEW,
        /** Started, and not waited for yet. */
        RUNNING,
        /** Waited for, and well. May be started again. */
        COMPLETED,
        /** XRT reported an error. Not to be started again. */
        FAILED,
        /** Not over within the time limit: the unit is not to be trusted. Never waited for again. */
        TIMED_OUT
    }

    /** The states that XRT knows (ert_cmd_state), by number. */
    private static final String[] XRT_STATES = {
        "?",
        "NEW",
        "QUEUED",
        "RUNNING",
        "COMPLETED",
        "ERROR",
        "ABORT",
        "SUBMITTED",
        "TIMEOUT",
        "NORESPONSE",
        "SKERROR",
        "SKCRASHED"
    };

    /** What closing must know of a run; apart from it, so that a forgotten run can be collected. */
    private static final class Progress {
        private State state = State.NEW;

        /** A thread is in XRT's wait. */
        private boolean waitedFor;
    }

    private final XrtLibrary library;
    private final XrtKernel kernel;
    private final NativeResource resource;
    private final XrtTarget target;
    private final Progress progress;

    /** By argument; null where none is set yet. */
    private final XrtBuffer[] buffers;

    private XrtRun(XrtLibrary library, XrtKernel kernel, NativeResource resource, XrtTarget target, Progress progress) {
        this.library = library;
        this.kernel = kernel;
        this.resource = resource;
        this.target = target;
        this.progress = progress;
        this.buffers = new XrtBuffer[kernel.arguments().size()];
        resource.reportLeakOf(this);
    }

    static XrtRun opened(XrtLibrary library, XrtKernel kernel, NativeResource parent, XrtTarget target, long handle) {
        Progress progress = new Progress();
        NativeResource resource = parent.child(
                NativeResource.Kind.RUN,
                handle,
                "a run",
                target,
                (run, lastCall) -> release(library, target, progress, run, lastCall));
        return new XrtRun(library, kernel, resource, target, progress);
    }

    /** Returns where it stands. */
    public State state() {
        synchronized (progress) {
            return progress.state;
        }
    }

    /**
     * Sets an argument. Setting the buffer that it has already calls nothing native.
     *
     * @param buffer a buffer on this card, in the argument's memory group and long enough
     */
    public void set(int index, XrtBuffer buffer) {
        String call = "xrtRunSetArg";
        XrtArgument argument = kernel.argument(call, index);
        if (buffer.group() != kernel.group(index)) {
            throw target.failure(
                    ErrorCode.BANKS_DIFFER,
                    call,
                    "memory group of the buffer for argument " + kernel.described(index),
                    buffer.group(),
                    kernel.group(index),
                    "allocate the buffer for this argument of this unit");
        }
        if (buffer.bytes() < argument.minimumBytes()) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    call,
                    "bytes of the buffer for argument " + kernel.described(index),
                    buffer.bytes(),
                    argument.minimumBytes() + " or more",
                    "allocate the buffer for this argument");
        }
        if (!resource.sameCard(buffer.resource())) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    call,
                    "the buffer for argument " + kernel.described(index) + " belongs to another card",
                    "allocate the buffer on the card of the run");
        }
        synchronized (progress) {
            requireStartable(call);
            XrtBuffer before = buffers[index];
            if (before == buffer) {
                return;
            }
            buffer.resource().use(call, handle -> {
                if (resource.use(call, run -> library.xrtRunSetArg(run, index, handle)) != XrtLibrary.OK) {
                    throw target.failure(
                            ErrorCode.UNIT_NOT_STARTED,
                            call,
                            "argument " + kernel.described(index) + " not accepted",
                            "see standard error for XRT's reason");
                }
                resource.need(buffer.resource());
                return null;
            });
            buffers[index] = buffer;
            if (before != null && !holds(before)) {
                resource.needNoMore(before.resource());
            }
        }
    }

    /** Starts an execution. All arguments must be set, and the one before must be waited for. */
    public void start() {
        String call = "xrtRunStart";
        synchronized (progress) {
            requireStartable(call);
            for (int i = 0; i < buffers.length; i++) {
                if (buffers[i] == null) {
                    throw target.failure(
                            ErrorCode.XRT_MISUSE,
                            call,
                            "argument " + kernel.described(i) + " is not set",
                            "set all before the start");
                }
            }
            resource.use(call, run -> {
                if (library.xrtRunStart(run) != XrtLibrary.OK) {
                    progress.state = State.FAILED;
                    throw target.failure(
                            ErrorCode.UNIT_NOT_STARTED,
                            call,
                            "not started",
                            "reset the card, and see standard error for the reason");
                }
                // Before the handle is given back: who closes now must see that the card works.
                progress.state = State.RUNNING;
                return null;
            });
        }
    }

    /**
     * Waits for the end of the execution.
     *
     * @param limit at least 1 ms; XRT measures it, and an interrupt does not end it
     * @throws XrtException when it ends in any way but completed, or not in time. In that case the run cannot be used
     *     again, and when it is closed the card is abandoned: leave the unit alone.
     */
    public void waitFor(Duration limit) {
        String call = "xrtRunWaitFor";
        long milliseconds = limit.toMillis();
        // 0 is for ever.
        if (milliseconds < 1 || milliseconds > Integer.MAX_VALUE) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    call,
                    "time limit in ms",
                    milliseconds,
                    "1 to " + Integer.MAX_VALUE,
                    "give another limit");
        }
        int answer = resource.use(call, run -> {
            synchronized (progress) {
                if (progress.state != State.RUNNING || progress.waitedFor) {
                    throw target.failure(
                            ErrorCode.XRT_MISUSE,
                            call,
                            "state of the run",
                            progress.waitedFor ? "waited for by another thread" : progress.state,
                            State.RUNNING,
                            remedy(progress.state));
                }
                progress.waitedFor = true;
            }
            int state = library.xrtRunWaitFor(run, (int) milliseconds);
            synchronized (progress) {
                progress.waitedFor = false;
                progress.state = state(state);
            }
            return state;
        });
        State reached = state(answer);
        if (reached == State.TIMED_OUT) {
            throw target.failure(
                    ErrorCode.UNIT_TIMED_OUT,
                    call,
                    "not over within the time limit of " + milliseconds + " ms",
                    name(answer),
                    name(XrtLibrary.STATE_COMPLETED),
                    "reset the card (xbutil reset), or raise the limit where the problem is large");
        }
        if (reached != State.COMPLETED) {
            throw target.failure(
                    ErrorCode.UNIT_FAILED,
                    call,
                    "the execution failed",
                    name(answer),
                    name(XrtLibrary.STATE_COMPLETED),
                    "reset the card (xbutil reset)");
        }
    }

    /** Closes the run. One under way is waited for shortly; where it does not end, the card is abandoned. */
    @Override
    public void close() {
        resource.close();
    }

    private static boolean release(
            XrtLibrary library, XrtTarget target, Progress progress, long run, boolean lastCall) {
        synchronized (progress) {
            if (progress.state == State.RUNNING) {
                progress.state = state(library.xrtRunWaitFor(run, (int) NativeResource.GRACE_MILLIS));
            }
            // The card may still write to its buffers, and XRT would use its command slot again.
            if (progress.state == State.TIMED_OUT && !lastCall) {
                return false;
            }
        }
        return NativeResource.released(target, "xrtRunClose", library.xrtRunClose(run));
    }

    /** Returns what XRT's answer to a wait means. */
    private static State state(int answer) {
        return switch (name(answer)) {
            case "COMPLETED" -> State.COMPLETED;
            case "ERROR", "ABORT", "SKERROR", "SKCRASHED" -> State.FAILED;
            // Also the states of a command under way: some versions answer these when the time is over.
            default -> State.TIMED_OUT;
        };
    }

    private static String name(int answer) {
        return answer > 0 && answer < XRT_STATES.length ? XRT_STATES[answer] : "state " + answer;
    }

    private static String remedy(State state) {
        return switch (state) {
            case NEW, COMPLETED -> "start it first";
            case RUNNING -> "wait for it first";
            case FAILED, TIMED_OUT -> "reset the card (xbutil reset)";
        };
    }

    /** Refuses a call while an execution is under way, and after one that failed. */
    private void requireStartable(String call) {
        if (progress.state != State.NEW && progress.state != State.COMPLETED) {
            throw target.failure(
                    ErrorCode.XRT_MISUSE,
                    call,
                    "state of the run",
                    progress.state,
                    "NEW or COMPLETED",
                    remedy(progress.state));
        }
    }

    private boolean holds(XrtBuffer buffer) {
        for (XrtBuffer held : buffers) {
            if (held == buffer) {
                return true;
            }
        }
        return false;
    }
}
