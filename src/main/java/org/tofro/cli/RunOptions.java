package org.tofro.cli;

import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Options that {@code run} and {@code resume} share. */
final class RunOptions {
    @Option(
            names = "--accept",
            paramLabel = "GUARD=REASON",
            description = "Relax a guard (empty, shrink, duplicates, check) for this run; the report keeps the reason.")
    Map<String, String> accepted = new TreeMap<>();

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How the report is printed. Default: ${DEFAULT-VALUE}.")
    Output output = Output.TABLE;

    /** How a report is printed. */
    enum Output {
        TABLE,
        JSON
    }

    /** Throws where a guard of that name does not exist or no reason is given. */
    void check() {
        accepted.forEach((guard, reason) -> {
            if (!java.util.List.of("empty", "shrink", "duplicates", "check").contains(guard)) {
                throw new InvalidInputException("--accept " + guard
                        + ": there is no such guard; the guards are empty, shrink, duplicates and check");
            }
            if (reason == null || reason.isBlank()) {
                throw new InvalidInputException("--accept " + guard + ": give the reason, as in --accept " + guard
                        + "=\"the course was closed\"");
            }
        });
    }
}
