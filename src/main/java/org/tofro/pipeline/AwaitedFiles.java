package org.tofro.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.tofro.settings.Settings;

/** Files that a step waits for, where that is all that it does: whoever launches it looks again and again in its stead. */
public interface AwaitedFiles {
    /** How long between two looks. */
    Duration refreshRate();

    /** As the plan says it, after "waits for". */
    String words();

    /**
     * What is found and what is missing, in words; empty where all is there. It opens connections and throws nothing: a
     * store that cannot be asked is what is missing then.
     *
     * @param settings the environment, with stand-ins' addresses filled in
     * @param now the time, by which files count as finished
     */
    Optional<String> missing(Settings settings, Instant now);
}
