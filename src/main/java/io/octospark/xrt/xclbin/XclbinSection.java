package io.octospark.xrt.xclbin;

/**
 * A section of an xclbin file.
 *
 * @param kind such as {@code IP_LAYOUT}
 * @param name often empty
 * @param offset from the start of the file, in bytes
 * @param size in bytes
 */
public record XclbinSection(String kind, String name, long offset, long size) {}
