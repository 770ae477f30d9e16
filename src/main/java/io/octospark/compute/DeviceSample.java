package io.octospark.compute;

import java.io.Serializable;
import java.time.Instant;

/**
 * A sample of the sensors of a device.
 *
 * @param device the device's name as the result tables show it
 * @param sampledAt when
 * @param powerWatts power of the whole board
 * @param temperatureCelsius temperature; null if the device does not show it
 * @param joules energy since the sample before, by the mean of both powers; 0 for the first sample of a period of use
 * @param source which sensor
 */
public record DeviceSample(
        String device, Instant sampledAt, double powerWatts, Double temperatureCelsius, double joules, String source)
        implements Serializable {}
