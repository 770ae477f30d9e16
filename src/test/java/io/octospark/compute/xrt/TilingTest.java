package io.octospark.compute.xrt;

import static org.assertj.core.api.Assertions.assertThat;

import io.octospark.xrt.xclbin.DesignSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilingTest {
    private static Tiling tiling(int rows, int cells, int designRows, int designCols) {
        return new Tiling(rows, cells, new DesignSize(designRows, designCols));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1, 1, 1",
        "1, 1, 500, 500, 1, 1",
        "17, 13, 1, 1, 17, 13",
        "17, 13, 5, 3, 4, 5",
        "17, 13, 17, 13, 1, 1",
        "17, 13, 18, 14, 1, 1",
        "17, 13, 16, 12, 2, 2",
        "1000, 500, 500, 250, 2, 2",
        "2147483647, 1, 1000000, 1, 2148, 1"
    })
    void tilesCoverTheMatrixOnce(int rows, int cells, int designRows, int designCols, int rowBlocks, int cellBlocks) {
        Tiling tiling = tiling(rows, cells, designRows, designCols);

        assertThat(tiling.rowBlocks()).isEqualTo(rowBlocks);
        assertThat(tiling.cellBlocks()).isEqualTo(cellBlocks);
        assertThat(tiling.tiles()).isEqualTo((long) rowBlocks * cellBlocks);
        long covered = 0;
        for (int block = 0; block < rowBlocks; block++) {
            assertThat(tiling.rowsIn(block)).isBetween(1, designRows);
            covered += tiling.rowsIn(block);
        }
        assertThat(covered).isEqualTo(rows);
        covered = 0;
        for (int block = 0; block < cellBlocks; block++) {
            assertThat(tiling.cellsIn(block)).isBetween(1, designCols);
            covered += tiling.cellsIn(block);
        }
        assertThat(covered).isEqualTo(cells);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    8000 | 100 | 8000 | 100 | fits
                    1    | 1   | 1    | 1   | fits
                    8000 | 99  | 8000 | 100 | padded with zeros, 99 % used
                    30   | 12  | 1000 | 100 | padded with zeros, 0 % used
                    7999 | 100 | 8000 | 100 | padded with zeros, 100 % used
                    8001 | 100 | 8000 | 100 | 2 x 1 tiles
                    8000 | 101 | 8000 | 100 | 1 x 2 tiles
                    17   | 13  | 5    | 3   | 4 x 5 tiles
                    """)
    void saysWhatIsDoneToTheMatrix(int rows, int cells, int designRows, int designCols, String text) {
        assertThat(tiling(rows, cells, designRows, designCols).describe()).isEqualTo(text);
    }

    @Test
    void bytesCountPadding() {
        assertThat(tiling(1, 1, 500, 250).tileBytes()).isEqualTo(1_000_000);
        assertThat(tiling(1, 1, 500, 250).matrixBytes()).isEqualTo(1_000_000);
        assertThat(tiling(501, 251, 500, 250).matrixBytes()).isEqualTo(4_000_000);
    }

    @Test
    void bigMatricesDoNotOverflow() {
        Tiling big = tiling(1_000_000, 100_000, 500, 500);
        assertThat(big.tiles()).isEqualTo(400_000);
        assertThat(big.matrixBytes()).isEqualTo(800_000_000_000L);

        Tiling oneByOne = tiling(1_000_000, 100_000, 1, 1);
        assertThat(oneByOne.tiles()).isEqualTo(100_000_000_000L);
        assertThat(oneByOne.matrixBytes()).isEqualTo(800_000_000_000L);
        assertThat(oneByOne.describe()).isEqualTo("1000000 x 100000 tiles");

        assertThat(tiling(1, 1, 1_000_000, 1_000_000).matrixBytes()).isEqualTo(8_000_000_000_000L);
    }
}
