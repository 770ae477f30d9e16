package io.octospark.hosts;

/**
 * The result of one check of a host.
 *
 * @param host name of the host
 * @param check what was checked
 * @param ok whether the check passed
 * @param found what was found, with the remedy if the check failed
 */
public record HostVerdict(String host, String check, boolean ok, String found) {}
