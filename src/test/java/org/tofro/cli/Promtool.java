package org.tofro.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Prometheus' own checker, {@code promtool check metrics}: it parses a text as Prometheus does, and finds fault with names,
 * units and help texts that are not as they should be. Debian has it in the package {@code prometheus}.
 */
record Promtool(Path program) {
    /** The one on the PATH; where there is none, the test that asks is skipped. */
    static Promtool demand() {
        Optional<Path> found = Arrays.stream(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(
                found.isPresent(), "no promtool on the PATH (Debian: package prometheus): the metrics are not checked");
        return new Promtool(found.orElseThrow());
    }

    /** What it finds; empty where there is nothing. */
    String faults(String text) throws IOException, InterruptedException {
        Path given = Files.createTempFile("metrics-", ".prom");
        try {
            Files.writeString(given, text);
            Process process = new ProcessBuilder(program.toString(), "check", "metrics")
                    .redirectInput(given.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            return code == 0 ? said : "exit code " + code + ": " + said;
        } finally {
            Files.delete(given);
        }
    }
}
