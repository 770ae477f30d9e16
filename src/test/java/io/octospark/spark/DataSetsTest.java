package io.octospark.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octospark.data.GridFile;
import io.octospark.data.GridReader;
import io.octospark.data.ParquetGridFile;
import io.octospark.error.InvalidInputException;
import io.octospark.model.DataGrid;
import io.octospark.model.DataKind;
import io.octospark.placement.Placement;
import io.octospark.placement.UnitAssignment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("every-spark")
class DataSetsTest {
    private static SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.open();
    }

    private String write(String query) {
        String file = folder.resolve("grids.parquet").toString();
        spark.sql(query).write().parquet(file);
        return file;
    }

    private static ParquetGridFile open(String file, DataKind kind, int size) throws IOException {
        ParquetGridFile opened = ParquetGridFile.open(
                new org.apache.hadoop.fs.Path(file),
                kind,
                size,
                spark.sparkContext().hadoopConfiguration());
        DataSets.check(spark, file, kind, opened);
        return opened;
    }

    private static JavaRDD<DataGrid> grids(GridFile file, List<UnitAssignment> assignments) {
        return GridRdd.of(spark, file, GridRdd.configuration(spark), assignments);
    }

    @Test
    void readsEveryGridInItsPartition() throws IOException {
        // Shuffled rows, integers for numbers, a null among them.
        String file = write("SELECT cast(id AS int) AS grid_id, IF(id = 3, array(7, null), array(id, -id)) AS chi"
                + " FROM range(5) ORDER BY hash(id)");

        GridFile source = open(file, DataKind.CONTRAST, 2);

        assertThat(source.grids()).isEqualTo(5);
        List<List<DataGrid>> partitions =
                grids(source, Placement.onEqualUnits(null, 3, 11)).glom().collect();
        assertThat(partitions).extracting(List::size).containsExactly(4, 4, 3);
        List<DataGrid> grids = partitions.stream()
                .flatMap(partition -> partition.stream().sorted(Comparator.comparingLong(DataGrid::id)))
                .toList();
        for (int id = 0; id < 11; id++) {
            assertThat(grids.get(id).id()).isEqualTo(id);
            double first = id % 5 == 3 ? 7 : id % 5;
            double second = id % 5 == 3 ? Double.NaN : -(id % 5);
            assertThat(grids.get(id).values()).containsExactly(first, second + 0.0);
        }
    }

    @Test
    void sendsGridsToPartitionsThatAreNotInTheirOrder() throws IOException {
        String file = write("SELECT id AS grid_id, array(id, 1) AS chi FROM range(4)");
        GridFile source = open(file, DataKind.CONTRAST, 2);

        List<UnitAssignment> partitions = Placement.split(Placement.onEqualUnits(null, 2, 7), 3);

        assertThat(grids(source, partitions).glom().collect())
                .extracting(grids -> grids.stream().map(DataGrid::id).toList())
                .containsExactly(List.of(0L, 1L), List.of(4L), List.of(2L), List.of(5L), List.of(3L), List.of(6L));
    }

    @Test
    void measuredDataHaveRealAndImaginaryPartsInTurn() throws IOException {
        String file = write("SELECT id AS grid_id, array(id, id + 1, 2) AS pressure_re,"
                + " array(float(-0.5), null, float(7)) AS pressure_im FROM range(2)");

        GridFile source = open(file, DataKind.PRESSURE, 3);

        assertThat(grids(source, Placement.onEqualUnits(null, 1, 2)).collect())
                .extracting(DataGrid::values)
                .containsExactly(
                        new double[] {0, -0.5, 1, Double.NaN, 2, 7}, new double[] {1, -0.5, 2, Double.NaN, 2, 7});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 0 AS grid_id, array(1, 2) AS chi | the columns are grid_id INT,chi ARRAY<INT>; a data set of kind"
                        + " pressure needs grid_id, a whole number, and pressure_re and pressure_im, an array of numbers"
                        + " each; correct the file or data_kind",
                "SELECT 0 AS grid_id, array(1, 2) AS pressure_re | the columns are grid_id INT,pressure_re ARRAY<INT>; a"
                        + " data set of kind pressure needs grid_id, a whole number, and pressure_re and pressure_im, an"
                        + " array of numbers each; correct the file or data_kind",
                "SELECT id AS grid_id, array(1, 2) AS pressure_re, IF(id = 1, null, array(1, 2)) AS pressure_im FROM"
                        + " range(3) | pressure_im is null in 1 of 3 rows; give every grid its values",
                "SELECT id AS grid_id, array(1, 2) AS pressure_re, IF(id = 1, array(1), array(1, 2)) AS pressure_im FROM"
                        + " range(3) | the arrays of pressure_im hold 1 to 2 values, a grid has 2 measurements (nTotal *"
                        + " nReceivers * nSources); correct fwi or the file"
            })
    void refusesWhatAreNoMeasuredData(String query, String message) {
        String file = write(query);

        assertThatThrownBy(() -> open(file, DataKind.PRESSURE, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ": " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"double", "float", "int", "bigint", "smallint", "decimal(9, 2)", "decimal(30, 5)"})
    void numbersMayBeOfAnyType(String type) throws IOException {
        String file = write("SELECT cast(id AS smallint) AS grid_id, cast(array(id, -3, null) AS array<" + type
                + ">) AS chi FROM range(3)");
        GridFile source = open(file, DataKind.CONTRAST, 3);

        List<DataGrid> grids = grids(source, Placement.onEqualUnits(null, 1, 3)).collect();
        assertThat(grids).hasSize(3);
        for (DataGrid grid : grids) {
            assertThat(grid.values()).containsExactly((double) grid.id(), -3, Double.NaN);
        }
    }

    @Test
    void aDataSetMayBeInSeveralFiles() throws IOException {
        String file = folder.resolve("grids of 100%25 #1.parquet").toString();
        spark.sql("SELECT id AS grid_id, array(id, 1.5D) AS chi FROM range(0, 1000, 1, 7)")
                .write()
                .parquet(file);

        ParquetGridFile opened = open(file, DataKind.CONTRAST, 2);
        assertThat(opened.isRegular()).isTrue();
        List<List<DataGrid>> partitions =
                grids(opened, Placement.onEqualUnits(null, 3, 1000)).glom().collect();

        long next = 0;
        for (List<DataGrid> partition : partitions) {
            for (DataGrid grid : partition) {
                assertThat(grid.id()).isEqualTo(next);
                assertThat(grid.values()).containsExactly((double) next, 1.5);
                next++;
            }
        }
        assertThat(next).isEqualTo(1000);
    }

    @Test
    void aGridThatIsGoneSinceTheStartIsAnError() throws IOException {
        String file = write("SELECT id AS grid_id, array(id, 1) AS chi FROM range(9)");
        GridFile opened = open(file, DataKind.CONTRAST, 2);
        spark.sql("SELECT id AS grid_id, array(id, 1) AS chi FROM range(5)")
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(file);

        assertThatThrownBy(() -> {
                    try (GridReader reader = opened.open(3, 4, new Configuration())) {
                        reader.forEachRemaining(grid -> {});
                    }
                })
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageEndingWith(": can't be read; was the file changed, or can't this host reach it?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 0 AS grid_id, array(1, 2) AS velocity | the columns are grid_id INT,velocity ARRAY<INT>;"
                        + " a data set of kind contrast needs grid_id, a whole number, and chi, an array of numbers",
                "SELECT 0 AS grid_id, 1.5D AS chi | a data set of kind contrast needs grid_id, a whole number, and chi,",
                "SELECT 0 AS grid_id, array('a') AS chi | a data set of kind contrast needs grid_id, a whole number, and",
                "SELECT '0' AS grid_id, array(1, 2) AS chi | a data set of kind contrast needs grid_id, a whole number, and",
                "SELECT 0 AS grid_id, array(1, 2, 3) AS chi | the arrays of chi hold 3 to 3 values, a grid has 2 cells",
                "SELECT id AS grid_id, IF(id = 0, null, array(1, 2)) AS chi FROM range(3) | chi is null in 1 of 3 rows",
                "SELECT id + 1 AS grid_id, array(1, 2) AS chi FROM range(3) | 3 rows with 3 different grid_id from 1 to 3;"
                        + " number the grids from 0 to 2",
                "SELECT id % 2 AS grid_id, array(1, 2) AS chi FROM range(3) | 3 rows with 2 different grid_id from 0 to 1",
                "SELECT id AS grid_id, array(1, 2) AS chi FROM range(0) | holds no grid; give a data set with at least one"
            })
    void refusesWhatIsNoDataSet(String query, String message) {
        String file = write(query);

        assertThatThrownBy(() -> open(file, DataKind.CONTRAST, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }
}
