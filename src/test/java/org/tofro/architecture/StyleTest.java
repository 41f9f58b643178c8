package org.tofro.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** How the code reads: the design's rules on names, types and state, as far as class files show them. */
class StyleTest {
    private static final String SSTABLE_PROGRAM = "org.tofro.connect.cassandra.sstable.program..";
    private static final String VAGUE_NAME = "(Abstract|Base)[A-Z].*|.*(Utils?|Helpers?|Managers?|Impl)";

    private static final String VAGUE_PACKAGE =
            "org\\.tofro(\\.\\w+)*\\.(utils?|commons?|helpers?|misc|shared)(\\..*)?";

    /** Beam's workers share nothing else with the launcher, which must close what runs on them. */
    private static final String ONE_REGISTRY = "org.tofro.connect.RunningSteps.RUNS";

    /** Concrete types that can change after they were made. What {@code List.of} gives is declared as a List. */
    private static final Set<String> MUTABLE_PACKAGES =
            Set.of("java.util.concurrent.atomic", "java.util.concurrent.locks");

    private final JavaClasses main = Code.main();

    @Test
    void namesAreTheFieldsOwn() {
        noClasses()
                .that(areNamed())
                .should(be(
                        describe("vaguely named", type -> type.getSimpleName().matches(VAGUE_NAME))))
                .because("such a name says how a class is used, not what it is")
                .check(Code.all());
    }

    @Test
    void packagesAreRoomsAndNotDrawers() {
        noClasses()
                .should(be(describe(
                        "in a package for anything",
                        type -> type.getPackageName().matches(VAGUE_PACKAGE))))
                .because("a reader guesses the room of a line from the package names")
                .check(Code.all());
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .should(be(describe(
                        "in a package with @NullMarked in its package-info",
                        type -> type.getPackage().isAnnotatedWith(NullMarked.class))))
                .because("NullAway checks only what is marked")
                .check(main);
    }

    @Test
    void everyPackageSaysWhatIsHere() {
        Set<String> silent = Sources.main().stream()
                .filter(source -> source.name().equals("package-info.java"))
                .filter(source -> !source.text().startsWith("/**")
                        || !source.text().contains("ay depend on")
                        || !source.text().contains("tart reading at"))
                .map(Sources.Source::path)
                .collect(toSet());

        assertThat(silent)
                .as("package-info.java without what is here, what it may depend on, where to start reading")
                .isEmpty();
    }

    @Test
    void everyPublicTypeSaysWhatItIs() {
        Set<String> silent = Sources.main().stream()
                .filter(source -> !source.name().equals("package-info.java"))
                .filter(source -> source.hasPublicType() && !source.hasJavadocOnItsType())
                .map(Sources.Source::path)
                .collect(toSet());

        assertThat(silent).as("public types without a sentence of Javadoc").isEmpty();
    }

    @Test
    void classesAreFinalOrSealed() {
        classes()
                .that(areNamed())
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areNotRecords()
                .should(be(describe("final or sealed", StyleTest::isClosed)))
                .because("records hold data, sealed interfaces closed sets, and nothing else is meant to be extended")
                .check(main);
    }

    @Test
    void noStaticFieldIsAssignedTwice() {
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("state in statics outlives the run that made it and is shared by runs that must not meet")
                .check(main);
    }

    @Test
    void noStaticFieldHoldsWhatCanChange() {
        noFields()
                .that()
                .areStatic()
                .and(describe(
                        "are not the one registry",
                        field -> !field.getFullName().equals(ONE_REGISTRY)))
                .and(describe(
                        "are written by hand", field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
                .should(be(describe("of a type that can change", StyleTest::canChange)))
                .because("state in statics outlives the run that made it and is shared by runs that must not meet")
                .check(main);
    }

    @Test
    void stepsHoldNoFunctions() {
        noClasses()
                .that()
                .resideInAPackage("org.tofro.steps..")
                .should()
                .beAssignableTo("org.apache.beam.sdk.transforms.DoFn")
                .because("what runs on a worker stands in connect, where its fields are plain and final")
                .check(main);
    }

    @Test
    void stepsHandNoLambdaToBeam() {
        noClasses()
                .that()
                .resideInAPackage("org.tofro.steps..")
                .should()
                .callMethodWhere(describe("a parameter is a function of Beam", StyleTest::takesFunction))
                .because("a lambda that captures what cannot be serialized fails only when the graph runs")
                .check(main);
    }

    @Test
    void theRegistryIsWhereTheRuleLooksForIt() {
        assertThat(main.stream().flatMap(type -> type.getFields().stream()).map(JavaField::getFullName))
                .contains(ONE_REGISTRY);
    }

    @Test
    void onlyTheCommandLineWritesResults() {
        noClasses()
                .that()
                // What writes SSTables is a process of its own, whose standard output is read by the one that started
                // it.
                .resideOutsideOfPackages("org.tofro.cli..", SSTABLE_PROGRAM)
                .should()
                .accessField(System.class, "out")
                .because("standard output is for results alone, or what reads them would read chatter")
                .check(main);
    }

    @Test
    void whatHasALogDoesNotWriteBesideIt() {
        noClasses()
                .that()
                // The stand-ins' daemon and what writes SSTables are processes of their own, which say on standard
                // error
                // why they failed.
                .resideOutsideOfPackages("org.tofro.cli..", "org.tofro.local..", SSTABLE_PROGRAM)
                .should()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .because("one place decides what a user sees on standard error")
                .check(main);
    }

    @Test
    void onlyTheLauncherReadsTheClock() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage(
                        "org.tofro.data..",
                        "org.tofro.problem..",
                        "org.tofro.yaml..",
                        "org.tofro.settings..",
                        "org.tofro.pipeline..",
                        "org.tofro.plan..",
                        "org.tofro.steps..")
                .should()
                .callMethodWhere(describe("the clock is read", StyleTest::readsClock))
                .because("all that is dated derives from the run's interval, or a backfill would mix days");
        rule.check(main);
    }

    private static DescribedPredicate<JavaClass> areNamed() {
        return describe(
                "are named",
                type -> !type.isAnonymousClass() && !type.getSimpleName().isEmpty());
    }

    private static boolean isClosed(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.FINAL)
                || type.reflect().isSealed();
    }

    private static boolean canChange(JavaField field) {
        JavaClass type = field.getRawType();
        boolean collection =
                (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class)) && !type.isInterface();
        return collection
                || MUTABLE_PACKAGES.contains(type.getPackageName())
                || type.isAssignableTo(ThreadLocal.class)
                || type.isAssignableTo(StringBuilder.class)
                || (type.isArray() && !field.getModifiers().contains(JavaModifier.PRIVATE));
    }

    private static boolean takesFunction(JavaMethodCall call) {
        return call.getTarget().getRawParameterTypes().stream()
                .anyMatch(resideInAPackage("org.apache.beam.sdk.transforms..").and(interfacesOrDoFns()));
    }

    private static DescribedPredicate<JavaClass> interfacesOrDoFns() {
        return describe("interfaces or functions", JavaClass::isInterface)
                .or(assignableTo("org.apache.beam.sdk.transforms.DoFn"));
    }

    private static boolean readsClock(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        String name = call.getName();
        return (owner.getPackageName().equals("java.time") && name.equals("now"))
                || owner.isEquivalentTo(Clock.class)
                || (owner.isEquivalentTo(System.class)
                        && Set.of("currentTimeMillis", "nanoTime").contains(name));
    }
}
