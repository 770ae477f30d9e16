package io.octospark.compute.xrt;

import io.octospark.error.InvalidInputException;
import java.util.Optional;

/**
 * The owner of a process's card pool. A card can't be in two pools, so there is one pool at a time: that of the backend
 * that asked last. Safe for use by several threads.
 */
public final class CardPools {
    private static final CardPools OF_PROCESS = new CardPools();

    private CardPool current;

    private CardPools() {}

    /** Returns the owner of this process's pool. */
    public static CardPools ofProcess() {
        return OF_PROCESS;
    }

    /**
     * Returns the pool of a backend. Closes the pool of another backend, or of other settings.
     *
     * @throws InvalidInputException if units of the other pool are lent
     */
    public synchronized CardPool of(XrtBackend backend) {
        if (current == null || !current.backend().equals(backend)) {
            close();
            current = new CardPool(backend);
        }
        return current;
    }

    /** Returns the pool that there is; empty if no task of this process has used a card yet. */
    public synchronized Optional<CardPool> current() {
        return Optional.ofNullable(current);
    }

    /**
     * Closes all cards of this process and forgets which units have failed.
     *
     * @throws InvalidInputException if a task has a unit
     */
    public synchronized void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
