package org.tofro.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tofro.run.Patience;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that {@code run} and {@code resume} share. */
final class RunOptions {
    @Option(
            names = "--accept",
            paramLabel = "GUARD=REASON",
            description =
                    "Relax a guard (empty, shrink, duplicates, nulls, again, check) for this run; the report keeps the reason.")
    Map<String, String> accepted = new TreeMap<>();

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How the report is printed. Default: ${DEFAULT-VALUE}.")
    Output output = Output.TABLE;

    @Option(
            names = "--metrics-file",
            paramLabel = "PATH",
            description = "Leave the run's metrics in this file, for Prometheus. Default: where the runner file says.")
    @Nullable
    Path metricsFile;

    @Option(names = "--even-if-paused", description = "Start though the pipeline is paused.")
    boolean evenIfPaused;

    @Option(
            names = "--needs",
            paramLabel = "wait|check|ignore",
            defaultValue = "wait",
            description =
                    "Whether to wait for the pipelines and files that this one needs, to look once and end where one is"
                            + " late, or not to look. A trial run does not look. Default: ${DEFAULT-VALUE}.")
    Needs needs = Needs.WAIT;

    @Mixin
    StepChoice steps = new StepChoice();

    /** The submission by which another host follows the run, and resumes it too; null where none does. */
    @Nullable
    String submission;

    /** When what is run was seen to be due by the pipeline's schedule; null where it is run for another reason. */
    @Nullable
    Instant dueAt;

    /** What to do about pipelines that this one needs. */
    enum Needs {
        WAIT(Patience.AS_GIVEN),
        CHECK(Patience.ONE_LOOK),
        IGNORE(Patience.NONE_NEEDED);

        private final Patience patience;

        Needs(Patience patience) {
            this.patience = patience;
        }

        /** @param trial whether it is a trial run */
        Patience patience(boolean trial) {
            return trial ? Patience.NONE_NEEDED : patience;
        }
    }

    /** How a report is printed. */
    enum Output {
        TABLE,
        JSON
    }

    /** Throws where a guard of that name does not exist or no reason is given. */
    void check() {
        accepted.forEach((guard, reason) -> {
            if (!java.util.List.of("empty", "shrink", "duplicates", "nulls", "again", "check")
                    .contains(guard)) {
                throw new InvalidInputException("--accept " + guard
                        + ": there is no such guard; the guards are empty, shrink, duplicates, nulls, again and check");
            }
            if (reason == null || reason.isBlank()) {
                throw new InvalidInputException("--accept " + guard + ": give the reason, as in --accept " + guard
                        + "=\"the course was closed\"");
            }
        });
    }
}
