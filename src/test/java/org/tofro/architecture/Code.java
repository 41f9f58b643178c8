package org.tofro.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The compiled classes that the rules judge. */
final class Code {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.tofro");

    private static final JavaClasses ALL = new ClassFileImporter().importPackages("org.tofro");

    private Code() {}

    /** What is shipped. */
    static JavaClasses main() {
        return MAIN;
    }

    /** What is shipped, and its tests. */
    static JavaClasses all() {
        return ALL;
    }
}
