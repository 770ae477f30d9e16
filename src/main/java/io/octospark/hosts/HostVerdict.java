package io.octospark.hosts;

/**
 * What was found of one thing that a worker needs.
 *
 * @param host name of the host
 * @param check what was looked at
 * @param ok whether it will do
 * @param found what was found; where it will not do, with the remedy
 */
public record HostVerdict(String host, String check, boolean ok, String found) {}
