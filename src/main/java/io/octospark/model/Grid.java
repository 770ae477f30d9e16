package io.octospark.model;

import java.io.Serializable;

/**
 * The rectangle under inversion and its cells. Cell ({@code ix}, {@code iz}) has the flat index {@code iz * nx + ix}: x
 * fastest, z downwards.
 *
 * @param nx cells along x, at least 3
 * @param nz cells along z, at least 3
 * @param topLeft corner with the smallest x and z, metres
 * @param bottomRight corner with the largest x and z, metres
 * @param cellWidth size of a cell along x, metres
 * @param cellHeight size of a cell along z, metres
 */
public record Grid(int nx, int nz, Position topLeft, Position bottomRight, double cellWidth, double cellHeight)
        implements Serializable {

    /**
     * Least number of cells along an axis: the one-sided second-order differences of {@code GradientOperator} span
     * three.
     */
    public static final int MIN_CELLS_PER_AXIS = 3;

    public Grid {
        if (nx < MIN_CELLS_PER_AXIS || nz < MIN_CELLS_PER_AXIS) {
            throw new IllegalArgumentException("a grid needs at least 3x3 cells, got " + nx + "x" + nz);
        }
        if (!(cellWidth > 0 && cellHeight > 0)) {
            throw new IllegalArgumentException(
                    "cells must have a size, got " + cellWidth + " m x " + cellHeight + " m");
        }
    }

    /** Returns a grid whose cells fill the rectangle exactly. */
    public static Grid of(int nx, int nz, Position topLeft, Position bottomRight) {
        return new Grid(
                nx,
                nz,
                topLeft,
                bottomRight,
                (bottomRight.x() - topLeft.x()) / nx,
                (bottomRight.z() - topLeft.z()) / nz);
    }

    /**
     * Returns this grid with cell sizes cut to whole metres, as in FWI-python. Cells under one metre have no such size.
     *
     * @throws IllegalArgumentException if a cell is smaller than one metre
     */
    public Grid withWholeMetreCells() {
        return new Grid(nx, nz, topLeft, bottomRight, Math.floor(cellWidth), Math.floor(cellHeight));
    }

    /** Returns the number of cells, which is the length of a contrast vector. */
    public int cells() {
        return nx * nz;
    }

    /** Returns the centre of a cell. */
    public Position centre(int ix, int iz) {
        return new Position(topLeft.x() + (ix + 0.5) * cellWidth, topLeft.z() + (iz + 0.5) * cellHeight);
    }

    /** Returns the area of a cell in square metres (a volume per metre of the third dimension). */
    public double cellVolume() {
        return cellWidth * cellHeight;
    }

    /** Returns the area of the rectangle in square metres. */
    public double domainArea() {
        return (bottomRight.x() - topLeft.x()) * (bottomRight.z() - topLeft.z());
    }
}
