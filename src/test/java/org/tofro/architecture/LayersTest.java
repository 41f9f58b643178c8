package org.tofro.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may know which: the table of the design, a test for each of its rows. */
class LayersTest {
    /** What no row needs to name: the JDK, and the words for null. */
    private static final DescribedPredicate<JavaClass> ALWAYS = resideInAnyPackage(
                    "java..", "javax.net..", "javax.sql..", "org.jspecify..")
            .or(primitivesOrArrays());

    private static final DescribedPredicate<JavaClass> LIBRARIES = resideOutsideOfPackage("org.tofro..");

    private final JavaClasses tofro = Code.main();

    @Test
    void dataKnowsOnlyBeamsCoders() {
        only(
                "data",
                resideInAPackage("org.apache.beam.sdk.coders.."),
                "its values are shared by all, so it may know none");
    }

    @Test
    void problemKnowsNothing() {
        only("problem", nothing(), "whatever reads text must be able to report problems");
    }

    @Test
    void yamlKnowsProblems() {
        only(
                "yaml",
                tofro("problem").or(resideInAPackage("org.yaml.snakeyaml..")),
                "it reads text into nodes and does not know what they mean");
    }

    @Test
    void onlyYamlKnowsTheYamlLibrary() {
        check(noClasses()
                .that()
                .resideInAPackage("org.tofro..")
                .and()
                .resideOutsideOfPackage("org.tofro.yaml..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.yaml.snakeyaml.."))
                .because("every other reader needs positions, which only Node carries"));
    }

    @Test
    void settingsKnowYamlAndProblems() {
        only("settings", tofro("yaml", "problem", "data"), "an environment is read from YAML and knows no pipeline");
    }

    @Test
    void pipelineKnowsOfBeamOnlyValues() {
        only(
                "pipeline",
                tofro("data", "settings", "yaml", "problem").or(resideInAPackage("org.apache.beam.sdk.values..")),
                "it says what a step is and leaves to others how one works");
    }

    @Test
    void planKnowsNoBeam() {
        only(
                "plan",
                tofro("pipeline", "problem", "data"),
                "a plan is made offline, and its order is proved without an engine");
    }

    @Test
    void kvsKnowsNothingOfTofro() {
        only("kvs", LIBRARIES, "products read the store with it, and need nothing else of Tofro");
    }

    @Test
    void kvsKnowsNoBeam() {
        check(noClasses()
                .that()
                .resideInAPackage("org.tofro.kvs..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.apache.beam..", "org.apache.flink.."))
                .because("a product that reads a value runs no pipeline"));
    }

    @Test
    void connectKnowsNoPipelines() {
        only(
                "connect",
                tofro("data", "settings", "problem", "kvs").or(LIBRARIES),
                "its transforms serve whoever has data to move");
    }

    @Test
    void theWriterOfSstablesKnowsOnlyTheJdk() {
        only(
                "connect.cassandra.sstable.program",
                nothing(),
                "it runs on Cassandra's class path, where nothing else of Tofro is");
    }

    @Test
    void stepsKnowOfBeamOnlyValues() {
        only(
                "steps",
                tofro("pipeline", "connect", "kvs", "settings", "report", "data", "problem")
                        .or(resideInAPackage("org.apache.beam.sdk.values..")),
                "a step type says what happens; the transforms in connect say how");
    }

    @Test
    void reportKnowsFileSystemsAndJson() {
        only(
                "report",
                tofro("data")
                        .or(resideInAnyPackage("org.apache.beam.sdk.io", "org.apache.beam.sdk.io.fs"))
                        .or(resideInAPackage("com.fasterxml.jackson..")),
                "reports are read long after the engine that ran");
    }

    @Test
    void runNeverKnowsSteps() {
        only(
                "run",
                tofro("plan", "pipeline", "report", "data", "settings", "problem")
                        .or(resideInAnyPackage("org.apache.beam..", "org.apache.flink..", "org.slf4j..")),
                "a new step type must not touch what runs it");
    }

    @Test
    void emrKnowsNoPipelines() {
        only(
                "emr",
                tofro("connect", "settings", "data", "problem").or(LIBRARIES),
                "it brings files to a cluster and follows it, whatever they hold");
    }

    @Test
    void notifyKnowsWhatItTellsOf() {
        only(
                "notify",
                tofro("run", "pipeline", "report", "settings", "data").or(LIBRARIES),
                "it tells of a run that has ended, and a channel's client is no matter of whoever runs");
    }

    @Test
    void localKnowsSettings() {
        only(
                "local",
                tofro("settings").or(LIBRARIES),
                "a stand-in plays a server, and servers do not know their clients");
    }

    @Test
    void onlyTheCommandLineReachesStandIns() {
        check(noClasses()
                .that()
                .resideInAPackage("org.tofro..")
                .and()
                .resideOutsideOfPackages("org.tofro.local..", "org.tofro.cli..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.tofro.local.."))
                .because("the code path on a laptop is the one on a cluster, whose jar has no stand-ins"));
    }

    @Test
    void nothingKnowsTheCommandLine() {
        check(noClasses()
                .that()
                .resideInAPackage("org.tofro..")
                .and()
                .resideOutsideOfPackage("org.tofro.cli..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.tofro.cli.."))
                .because("commands join the parts; no part may need one"));
    }

    @Test
    void everyClassStandsInARowOfTheTable() {
        check(classes()
                .that()
                .resideInAPackage("org.tofro..")
                .should()
                .resideInAnyPackage(Stream.of(
                                "data",
                                "problem",
                                "yaml",
                                "settings",
                                "pipeline",
                                "plan",
                                "connect",
                                "kvs",
                                "steps",
                                "report",
                                "run",
                                "notify",
                                "local",
                                "emr",
                                "cli")
                        .map(name -> "org.tofro." + name + "..")
                        .toArray(String[]::new))
                .because("a package without a row has no rule"));
    }

    /** A reader must be able to start somewhere. */
    @Test
    void packagesHaveNoCycles() {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass each : tofro) {
            known.computeIfAbsent(each.getPackageName(), name -> new TreeSet<>())
                    .addAll(packagesKnownTo(each));
        }
        assertThat(known).containsKeys("org.tofro.cli", "org.tofro.connect.jdbc.mysql");

        // No cycle has a package that knows none of the others, or that none of the others knows.
        while (known.values().removeIf(names -> Collections.disjoint(names, known.keySet()))
                || known.keySet().removeIf(name -> known.values().stream().noneMatch(names -> names.contains(name)))) {}

        known.values().forEach(names -> names.retainAll(known.keySet()));
        assertThat(known).isEmpty();
    }

    private static Set<String> packagesKnownTo(JavaClass one) {
        return one.getDirectDependenciesFromSelf().stream()
                .map(dependency ->
                        dependency.getTargetClass().getBaseComponentType().getPackageName())
                .filter(name -> !name.equals(one.getPackageName()))
                .collect(Collectors.toSet());
    }

    /** The classes of one package, with those below it, know only themselves and what its row allows. */
    private void only(String name, DescribedPredicate<JavaClass> allowed, String because) {
        String all = "org.tofro." + name + "..";
        check(classes()
                .that()
                .resideInAPackage(all)
                .should()
                .onlyDependOnClassesThat(resideInAPackage(all).or(ALWAYS).or(allowed))
                .because(because));
    }

    private void check(ArchRule rule) {
        rule.check(tofro);
    }

    private static DescribedPredicate<JavaClass> tofro(String... names) {
        return resideInAnyPackage(
                Stream.of(names).map(name -> "org.tofro." + name + "..").toArray(String[]::new));
    }

    private static DescribedPredicate<JavaClass> nothing() {
        return DescribedPredicate.alwaysFalse();
    }

    private static DescribedPredicate<JavaClass> primitivesOrArrays() {
        return DescribedPredicate.describe(
                "primitives or arrays of them",
                type -> type.getBaseComponentType().isPrimitive());
    }
}
