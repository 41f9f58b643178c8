package org.tofro.run;

import java.time.Instant;
import org.tofro.report.RunRequest;

/** A launch that has started. */
record Launched(Launching launch, Instant startedAt) {
    RunRequest request() {
        return launch.request();
    }

    String run() {
        return launch.request().run();
    }
}
