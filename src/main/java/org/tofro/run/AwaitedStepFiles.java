package org.tofro.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.tofro.pipeline.AwaitedFiles;
import org.tofro.settings.Settings;

/**
 * Files that a step waits for.
 *
 * @param step the step's name
 * @param settings the environment in which they are looked for
 */
record AwaitedStepFiles(String step, AwaitedFiles files, Duration timeout, Settings settings) implements Awaited {
    @Override
    public String name() {
        return "the files of step '" + step + "'";
    }

    @Override
    public Duration refreshRate() {
        return files.refreshRate();
    }

    @Override
    public Optional<String> missing() {
        return files.missing(settings, Instant.now());
    }

    @Override
    public String sentence(String missing) {
        return name() + " are not there: " + missing;
    }
}
