package io.octospark.xrt;

import io.octospark.error.ErrorCode;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one native handle: usable, closed after everything that needs it, freed once. The objects that users hold
 * ({@link XrtDevice} and so on) each have one; it does not refer to them, so a forgotten one is collected and reported
 * while its native handle stays with its card, to be freed in order when that is closed.
 *
 * <p>Safe for use by several threads. No lock is held during a native call; instead calls are counted, and what is closed
 * waits a short while for the calls under way. What cannot be freed without harm is abandoned with one line in the log,
 * and so is what it needs, until the JVM ends.
 */
final class NativeResource {
    /** How long closing waits for calls and runs under way. */
    static final long GRACE_MILLIS = 1000;

    /** How long the end of the JVM waits for the cards to be closed. */
    private static final long SHUTDOWN_MILLIS = 5000;

    private static final Logger LOGGER = LoggerFactory.getLogger(NativeResource.class);
    private static final Cleaner CLEANER = Cleaner.create();
    private static final Set<NativeResource> CARDS = Collections.synchronizedSet(new LinkedHashSet<>());

    static {
        // XRT uses freed memory in its static destructors when handles are open at the end of the process: SIGSEGV.
        Runtime.getRuntime().addShutdownHook(new Thread(NativeResource::closeAllCards, "xrt-close"));
    }

    /** Frees the native handle. */
    @FunctionalInterface
    interface Release {
        /**
         * Says whether it was freed; if not, it is abandoned.
         *
         * @param lastCall the process ends: free it even while the card still works on it
         */
        boolean release(long handle, boolean lastCall);
    }

    /** In the order in which they are closed. */
    enum Kind {
        RUN,
        BUFFER,
        KERNEL,
        CARD
    }

    private enum State {
        OPEN,
        CLOSING,
        FREED,
        ABANDONED
    }

    private final long handle;
    private final String name;
    private final XrtTarget target;
    private final Release release;
    private final Kind kind;
    /** Guards the state, uses and relations of all resources of a card. */
    private final Object lock;

    private final Set<NativeResource> needs = new LinkedHashSet<>();
    private final Set<NativeResource> dependents = new LinkedHashSet<>();
    private State state = State.OPEN;
    private int uses;

    private NativeResource(Object lock, Kind kind, long handle, String name, XrtTarget target, Release release) {
        this.lock = lock;
        this.kind = kind;
        this.handle = handle;
        this.name = name;
        this.target = target;
        this.release = release;
    }

    /** A card, which needs nothing else. */
    static NativeResource card(long handle, String name, XrtTarget target, Release release) {
        NativeResource resource = new NativeResource(new Object(), Kind.CARD, handle, name, target, release);
        CARDS.add(resource);
        return resource;
    }

    /** Something opened on this, which must be in use by the caller while it is made. */
    NativeResource child(
            Kind childKind, long childHandle, String childName, XrtTarget childTarget, Release childRelease) {
        NativeResource child = new NativeResource(lock, childKind, childHandle, childName, childTarget, childRelease);
        child.need(this);
        return child;
    }

    /** From now on this is closed before the other, which must be in use by the caller or be what this was opened on. */
    void need(NativeResource other) {
        synchronized (lock) {
            needs.add(other);
            other.dependents.add(this);
        }
    }

    /** The other may be closed before this again. */
    void needNoMore(NativeResource other) {
        synchronized (lock) {
            needs.remove(other);
            other.dependents.remove(this);
        }
    }

    /** Returns how many resources need this. */
    int dependents() {
        synchronized (lock) {
            return dependents.size();
        }
    }

    /** Reports the owner when it is collected without having been closed. Calls nothing native: any order may be wrong. */
    void reportLeakOf(Object owner) {
        CLEANER.register(owner, () -> {
            synchronized (lock) {
                if (state != State.OPEN) {
                    return;
                }
            }
            LOGGER.error("{}: never closed: {}; close it, best by try-with-resources", target, name);
        });
    }

    /** Calls with the native handle, which stays valid meanwhile. */
    <T> T use(String call, LongFunction<T> function) {
        synchronized (lock) {
            if (state != State.OPEN) {
                throw target.failure(
                        ErrorCode.XRT_MISUSE,
                        call,
                        "closed already: " + name,
                        "use it before it, or what it needs, is closed");
            }
            uses++;
        }
        try {
            return function.apply(handle);
        } finally {
            synchronized (lock) {
                uses--;
                lock.notifyAll();
            }
        }
    }

    boolean sameCard(NativeResource other) {
        return lock == other.lock;
    }

    /** Frees everything that needs this, then this. Never throws; harmless when repeated. */
    void close() {
        close(false);
    }

    /** Says whether it is freed. */
    private boolean close(boolean lastCall) {
        boolean unused;
        synchronized (lock) {
            if (state == State.CLOSING) {
                // Another thread is at it: what the caller closes next must wait for it.
                waitWhile(() -> state == State.CLOSING, Long.MAX_VALUE);
            }
            if (state == State.FREED || (state == State.ABANDONED && !lastCall)) {
                return state == State.FREED;
            }
            state = State.CLOSING;
            unused = waitWhile(() -> uses > 0, GRACE_MILLIS);
        }
        boolean freed = false;
        try {
            freed = closeDependents(lastCall);
            if (freed) {
                freed = unused && release.release(handle, lastCall);
                if (!freed && !lastCall) {
                    LOGGER.error(
                            "{}: abandoned, because the card still works on it: {}; the card stays open until the JVM"
                                    + " ends",
                            target,
                            name);
                }
            }
        } finally {
            synchronized (lock) {
                state = freed ? State.FREED : State.ABANDONED;
                if (freed) {
                    List.copyOf(needs).forEach(this::needNoMore);
                }
                lock.notifyAll();
            }
            if (freed && kind == Kind.CARD) {
                CARDS.remove(this);
            }
        }
        return freed;
    }

    private boolean closeDependents(boolean lastCall) {
        List<NativeResource> ordered;
        synchronized (lock) {
            ordered = new ArrayList<>(dependents);
        }
        ordered.sort(Comparator.comparing(dependent -> dependent.kind));
        boolean freed = true;
        for (NativeResource dependent : ordered) {
            freed &= dependent.close(lastCall);
        }
        return freed;
    }

    private interface Condition {
        boolean holds();
    }

    /** Waits on the lock, through interrupts; says whether the condition ended. */
    private boolean waitWhile(Condition condition, long milliseconds) {
        long start = System.nanoTime();
        boolean interrupted = false;
        while (condition.holds()) {
            long left = milliseconds - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (left <= 0) {
                break;
            }
            try {
                lock.wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !condition.holds();
    }

    /** Reports a release that XRT refused; there is nothing else to do about it. */
    static boolean released(XrtTarget target, String call, int answer) {
        if (answer != XrtLibrary.OK) {
            LOGGER.error("{}: {}: failed", target, call);
        }
        return true;
    }

    private static void closeAllCards() {
        Thread closer = new Thread(
                () -> {
                    for (NativeResource resource : List.copyOf(CARDS)) {
                        resource.close(true);
                    }
                },
                "xrt-close-all");
        // A driver that hangs must not keep the JVM from ending.
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(SHUTDOWN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
