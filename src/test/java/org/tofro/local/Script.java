package org.tofro.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program in bash that a test writes. */
final class Script {
    private Script() {}

    static void write(Path file, String commands) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + commands);
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made a program");
        }
    }

    /** The program `java` of the JVM that tests run in. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
