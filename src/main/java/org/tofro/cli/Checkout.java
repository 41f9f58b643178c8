package org.tofro.cli;

import java.nio.file.Path;

/** Where the checkout is: {@code scripts/tofro} says it, and Maven runs in it. */
final class Checkout {
    private Checkout() {}

    static Path folder() {
        return Path.of(System.getProperty("tofro.home", "")).toAbsolutePath().normalize();
    }
}
