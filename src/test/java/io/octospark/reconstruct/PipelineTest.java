package io.octospark.reconstruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.error.ErrorCode;
import io.octospark.xrt.XrtException;
import io.octospark.xrt.XrtTarget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PipelineTest {
    /** The numbers below n; knows how many were taken, and by whom. */
    private static final class Items implements Iterator<Integer> {
        private final int n;
        private int taken;
        private final Set<Thread> threads = new HashSet<>();

        Items(int n) {
            this.n = n;
        }

        @Override
        public boolean hasNext() {
            return taken < n;
        }

        @Override
        public Integer next() {
            if (taken == n) {
                throw new NoSuchElementException();
            }
            threads.add(Thread.currentThread());
            return taken++;
        }
    }

    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A check that never ends a wait. */
    private static void goOn() {}

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new Interrupted();
        }
    }

    private static List<Function<Integer, String>> workers(int n, Function<Integer, String> worker) {
        return Collections.nCopies(n, worker);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 60})
    void everyItemGetsOneResult(int workers) {
        Items items = new Items(50);
        List<String> results = new ArrayList<>();
        try (Pipeline<Integer, String> pipeline =
                new Pipeline<>(items, workers(workers, i -> "r" + i), PipelineTest::goOn)) {
            pipeline.forEachRemaining(results::add);
            assertThat(pipeline.hasNext()).isFalse();
        }
        assertThat(results)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 50).mapToObj(i -> "r" + i).toList());
        assertThat(items.threads).containsExactly(Thread.currentThread());
    }

    @Test
    void noMoreItemsAreInFlightThanThereAreWorkers() {
        int workers = 3;
        Items items = new Items(20);
        CountDownLatch allStarted = new CountDownLatch(workers);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Function<Integer, Integer>> functions = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            AtomicInteger users = new AtomicInteger();
            functions.add(item -> {
                assertThat(users.incrementAndGet()).as("threads in one worker").isEqualTo(1);
                most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                allStarted.countDown();
                await(allStarted);
                inFlight.decrementAndGet();
                users.decrementAndGet();
                return item;
            });
        }
        try (Pipeline<Integer, Integer> pipeline = new Pipeline<>(items, functions, PipelineTest::goOn)) {
            assertThat(items.taken).as("before a result is asked for").isZero();
            for (int done = 0; done < 20; done++) {
                pipeline.next();
                assertThat(items.taken).isEqualTo(Math.min(20, done + workers));
            }
            assertThat(pipeline.hasNext()).isFalse();
        }
        assertThat(most.get()).isEqualTo(workers);
    }

    @Test
    void resultsComeWhenTheyAreDone() {
        CountDownLatch release = new CountDownLatch(1);
        Function<Integer, String> worker = item -> {
            if (item == 0) {
                await(release);
            }
            return "r" + item;
        };
        try (Pipeline<Integer, String> pipeline =
                new Pipeline<>(new Items(4), workers(2, worker), PipelineTest::goOn)) {
            assertThat(pipeline.next()).isEqualTo("r1");
            assertThat(pipeline.next()).isEqualTo("r2");
            assertThat(pipeline.next()).isEqualTo("r3");
            release.countDown();
            assertThat(pipeline.hasNext()).as("the first is still to come").isTrue();
            assertThat(pipeline.next()).isEqualTo("r0");
            assertThat(pipeline.hasNext()).isFalse();
        }
    }

    @Test
    void oneWorkerWorksInTheCallersThreadAndInOrder() {
        Items items = new Items(5);
        List<String> results = new ArrayList<>();
        Function<Integer, String> worker = item -> {
            assertThat(Thread.currentThread()).isIn(items.threads);
            assertThat(items.taken).isEqualTo(item + 1);
            return "r" + item;
        };
        try (Pipeline<Integer, String> pipeline = new Pipeline<>(items, workers(1, worker), PipelineTest::goOn)) {
            pipeline.forEachRemaining(results::add);
        }
        assertThat(results).containsExactly("r0", "r1", "r2", "r3", "r4");
        assertThat(items.threads).containsExactly(Thread.currentThread());
    }

    @Test
    void severalWorkersHaveThreadsThatDoNotKeepTheJvm() {
        Set<String> names = ConcurrentHashMap.newKeySet();
        Function<Integer, Boolean> worker = item -> {
            names.add(Thread.currentThread().getName());
            return Thread.currentThread().isDaemon();
        };
        try (Pipeline<Integer, Boolean> pipeline =
                new Pipeline<>(new Items(4), Collections.nCopies(2, worker), PipelineTest::goOn)) {
            assertThat(pipeline).toIterable().containsOnly(true);
        }
        assertThat(names).containsExactly(Thread.currentThread().getName() + " worker");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anExceptionOfAWorkerReachesTheCaller(int workers) {
        IllegalStateException failure = new IllegalStateException("the second");
        Function<Integer, String> worker = item -> {
            if (item == 1) {
                throw failure;
            }
            return "r" + item;
        };
        List<String> results = new ArrayList<>();
        int failures = 0;
        try (Pipeline<Integer, String> pipeline =
                new Pipeline<>(new Items(6), workers(workers, worker), PipelineTest::goOn)) {
            while (pipeline.hasNext()) {
                try {
                    results.add(pipeline.next());
                } catch (IllegalStateException e) {
                    assertThat(e).isSameAs(failure);
                    failures++;
                }
            }
        }
        assertThat(failures).isEqualTo(1);
        assertThat(results).as("the worker is good for others").containsExactlyInAnyOrder("r0", "r2", "r3", "r4", "r5");
    }

    private static XrtException fault(ErrorCode code) {
        return XrtTarget.card("0").unit("dotprod_1").failure(code, "call", "the execution failed", "reset the card");
    }

    @Test
    void aSingleWorkerWhoseUnitFailsTakesNoFurtherItem() {
        XrtException fault = fault(ErrorCode.UNIT_FAILED);
        Items items = new Items(6);
        Function<Integer, String> worker = item -> {
            if (item == 2) {
                throw fault;
            }
            return "r" + item;
        };
        List<String> results = new ArrayList<>();
        try (Pipeline<Integer, String> pipeline = new Pipeline<>(items, workers(1, worker), PipelineTest::goOn)) {
            assertThat(pipeline.fault()).isEmpty();
            pipeline.forEachRemaining(results::add);

            assertThat(pipeline.fault()).containsSame(fault);
            assertThat(pipeline.unfinished()).containsExactly(2);
            assertThatThrownBy(pipeline::next).isInstanceOf(NoSuchElementException.class);
        }
        assertThat(results).containsExactly("r0", "r1");
        assertThat(items.taken).isEqualTo(3);
    }

    /** Items 1 and 3 end by the unit's failure, 0 and 2 well after that. */
    @Test
    void itemsInFlightStillHaveTheirResultsWhenTheUnitFails() {
        XrtException fault = fault(ErrorCode.UNIT_FAILED);
        Items items = new Items(9);
        CountDownLatch refused = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        Function<Integer, String> worker = item -> {
            if (item == 3) {
                refused.countDown();
                // As of a product that is refused for what has failed meanwhile.
                throw fault(ErrorCode.UNIT_NOT_USABLE);
            }
            await(item == 1 ? refused : failed);
            if (item == 1) {
                throw fault;
            }
            return "r" + item;
        };
        List<String> results = new ArrayList<>();
        Runnable check = () -> {
            if (items.taken == 4 && refused.getCount() == 0) {
                failed.countDown();
            }
        };
        try (Pipeline<Integer, String> pipeline = new Pipeline<>(items, workers(4, worker), check)) {
            pipeline.forEachRemaining(results::add);

            assertThat(pipeline.fault()).containsSame(fault);
            assertThat(pipeline.unfinished()).containsExactlyInAnyOrder(1, 3);
            assertThat(pipeline.hasNext()).isFalse();
        }
        assertThat(results).containsExactlyInAnyOrder("r0", "r2");
        assertThat(items.taken).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anErrorOfAWorkerReachesTheCallerAsItIs(int workers) {
        OutOfMemoryError error = new OutOfMemoryError("made up");
        Function<Integer, String> worker = item -> {
            throw error;
        };
        try (Pipeline<Integer, String> pipeline =
                new Pipeline<>(new Items(1), workers(workers, worker), PipelineTest::goOn)) {
            assertThatThrownBy(pipeline::next).isSameAs(error);
        }
    }

    @Test
    void theCheckEndsAWait() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(2);
        AtomicInteger checks = new AtomicInteger();
        IllegalStateException killed = new IllegalStateException("killed");
        Function<Integer, String> worker = item -> {
            started.countDown();
            await(never);
            return "";
        };
        Runnable check = () -> {
            if (checks.incrementAndGet() > 1) {
                await(started);
                throw killed;
            }
        };
        try (Pipeline<Integer, String> pipeline = new Pipeline<>(new Items(4), workers(2, worker), check)) {
            assertThatThrownBy(pipeline::next).isSameAs(killed);
        }
        assertThat(checks).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theCheckComesBeforeAnItemIsTaken(int workers) {
        IllegalStateException killed = new IllegalStateException("killed");
        Items items = new Items(4);
        Runnable check = () -> {
            throw killed;
        };
        try (Pipeline<Integer, String> pipeline = new Pipeline<>(items, workers(workers, i -> ""), check)) {
            assertThatThrownBy(pipeline::next).isSameAs(killed);
        }
        assertThat(items.taken).isZero();
    }

    @Test
    void closingInterruptsTheWorkers() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Function<Integer, String> worker = item -> {
            if (item == 0) {
                try {
                    await(never);
                } catch (Interrupted e) {
                    interrupted.countDown();
                    throw e;
                }
            }
            return "r" + item;
        };
        Pipeline<Integer, String> pipeline = new Pipeline<>(new Items(2), workers(2, worker), PipelineTest::goOn);
        assertThat(pipeline.next()).isEqualTo("r1");

        pipeline.close();
        pipeline.close();

        await(interrupted);
    }

    @Test
    void anInterruptedCallerStaysInterrupted() {
        CountDownLatch never = new CountDownLatch(1);
        Function<Integer, String> worker = item -> {
            await(never);
            return "";
        };
        try (Pipeline<Integer, String> pipeline =
                new Pipeline<>(new Items(2), workers(2, worker), PipelineTest::goOn)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(pipeline::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("interrupted while grids are in flight");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterTheLastResultThereIsNone(int workers) {
        AtomicInteger checks = new AtomicInteger();
        Runnable check = () -> assertThat(checks.incrementAndGet()).as("checks").isLessThan(10);
        try (Pipeline<Integer, String> pipeline = new Pipeline<>(new Items(1), workers(workers, i -> "r"), check)) {
            assertThat(pipeline.next()).isEqualTo("r");
            assertThat(pipeline.hasNext()).isFalse();
            checks.set(0);
            assertThatThrownBy(pipeline::next).isInstanceOf(NoSuchElementException.class);
        }
        try (Pipeline<Integer, String> pipeline = new Pipeline<>(new Items(0), workers(workers, i -> "r"), check)) {
            assertThat(pipeline.hasNext()).isFalse();
        }
    }
}
