package io.octospark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;

/** Each package uses only those below it. */
@AnalyzeClasses(packages = "io.octospark", importOptions = LayersTest.MainClasses.class)
class LayersTest {
    /** All but the tests, whatever the build folder is called. */
    static final class MainClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    /** The packages from the top of the house to its ground. */
    private static final List<String> FLOORS = List.of(
            "cli",
            "report",
            "run",
            "spark",
            "reconstruct",
            "results",
            "hosts",
            "placement",
            "compute",
            "xrt",
            "inversion",
            "physics",
            "arithmetic",
            "data",
            "config",
            "model",
            "error");

    @ArchTest
    static final ArchRule EACH_PACKAGE_USES_ONLY_THOSE_BELOW = layers();

    private static ArchRule layers() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String floor : FLOORS) {
            layers = layers.layer(floor).definedBy("io.octospark." + floor + "..");
        }
        layers = layers.whereLayer(FLOORS.get(0)).mayNotBeAccessedByAnyLayer();
        for (int i = 1; i < FLOORS.size(); i++) {
            layers = layers.whereLayer(FLOORS.get(i))
                    .mayOnlyBeAccessedByLayers(FLOORS.subList(0, i).toArray(String[]::new));
        }
        return layers;
    }

    @ArchTest
    static final ArchRule EVERY_CLASS_IS_ON_A_FLOOR = classes()
            .that()
            .resideOutsideOfPackage("io.octospark")
            .should()
            .resideInAnyPackage(
                    FLOORS.stream().map(floor -> "io.octospark." + floor + "..").toArray(String[]::new));

    @ArchTest
    static final ArchRule NO_ROOM_USES_THE_ENTRY = noClasses()
            .that()
            .resideOutsideOfPackage("io.octospark")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.octospark");

    @ArchTest
    static final ArchRule NEIGHBOURS_DO_NOT_KNOW_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("io.octospark.report..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.octospark.run..", "io.octospark.spark..", "io.octospark.reconstruct..");

    @ArchTest
    static final ArchRule ONLY_RUNS_RESULTS_AND_COMMANDS_KNOW_SPARK = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.octospark",
                    "io.octospark.run..",
                    "io.octospark.spark..",
                    "io.octospark.report..",
                    "io.octospark.results..",
                    "io.octospark.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.spark..");

    @ArchTest
    static final ArchRule ONLY_COMMANDS_KNOW_PICOCLI = noClasses()
            .that()
            .resideOutsideOfPackage("io.octospark.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule ONLY_THE_BINDING_KNOWS_JNA = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.octospark.xrt.Xrt")
            .and()
            .doNotHaveFullyQualifiedName("io.octospark.xrt.Xrt$CLibrary")
            .and()
            .doNotHaveFullyQualifiedName("io.octospark.xrt.XrtLibrary")
            .and()
            .doNotHaveFullyQualifiedName("io.octospark.xrt.XrtBuffer")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");
}
