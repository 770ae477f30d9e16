package io.octospark.compute.xrt;

import io.octospark.compute.DeviceSample;
import io.octospark.xrt.CardSensors;
import io.octospark.xrt.CardSensors.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sampler of a card's power and temperature while its units are in use: at the start, at the end, and at intervals in
 * between. The driver updates its numbers once a second.
 */
final class PowerSampler {
    private static final long INTERVAL_MILLIS = 200;

    private final String device;
    private final CardSensors sensors;
    private final List<DeviceSample> samples = new ArrayList<>();
    private Thread thread;
    private Reading before;
    private long beforeNanos;

    PowerSampler(String device, CardSensors sensors) {
        this.device = device;
        this.sensors = sensors;
    }

    synchronized void start() {
        before = null;
        sample();
        thread = new Thread(this::follow, "power of " + device);
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void stop() {
        thread = null;
        notifyAll();
        sample();
    }

    /** Returns the samples since the last time that this was asked. */
    synchronized List<DeviceSample> take() {
        if (thread != null) {
            sample();
        }
        List<DeviceSample> taken = List.copyOf(samples);
        samples.clear();
        return taken;
    }

    private synchronized void follow() {
        try {
            while (Thread.currentThread() == thread) {
                wait(INTERVAL_MILLIS);
                if (Thread.currentThread() == thread) {
                    sample();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sample() {
        Optional<Reading> reading = sensors.read();
        long now = System.nanoTime();
        reading.ifPresent(shown -> {
            double joules =
                    before == null ? 0 : (before.powerWatts() + shown.powerWatts()) / 2 * (now - beforeNanos) / 1e9;
            samples.add(new DeviceSample(
                    device,
                    Instant.now(),
                    shown.powerWatts(),
                    shown.temperatureCelsius().orElse(null),
                    joules,
                    shown.source()));
        });
        before = reading.orElse(null);
        beforeNanos = now;
    }
}
