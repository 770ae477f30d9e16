package io.octospark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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

    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("io.octospark.cli..")
            .layer("report")
            .definedBy("io.octospark.report..")
            .layer("spark")
            .definedBy("io.octospark.spark..")
            .layer("results")
            .definedBy("io.octospark.results..")
            .layer("cluster")
            .definedBy("io.octospark.cluster..")
            .layer("compute")
            .definedBy("io.octospark.compute..")
            .layer("xrt")
            .definedBy("io.octospark.xrt..")
            .layer("inversion")
            .definedBy("io.octospark.inversion..")
            .layer("physics")
            .definedBy("io.octospark.physics..")
            .layer("model")
            .definedBy("io.octospark.model..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("report")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("spark")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("results")
            .mayOnlyBeAccessedByLayers("cli", "report", "spark")
            .whereLayer("cluster")
            .mayOnlyBeAccessedByLayers("cli", "spark", "results")
            .whereLayer("compute")
            .mayOnlyBeAccessedByLayers("cli", "spark", "results", "cluster")
            .whereLayer("xrt")
            .mayOnlyBeAccessedByLayers("cli", "spark", "cluster", "compute")
            .whereLayer("inversion")
            .mayOnlyBeAccessedByLayers("cli", "spark", "results", "cluster", "compute")
            .whereLayer("physics")
            .mayOnlyBeAccessedByLayers("cli", "spark", "results", "cluster", "compute", "inversion")
            .whereLayer("model")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule ONLY_SPARK_RESULTS_AND_COMMANDS_KNOW_SPARK = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.octospark.spark..", "io.octospark.report..", "io.octospark.results..", "io.octospark.cli..")
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
