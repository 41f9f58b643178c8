package org.tofro.cli;

import org.tofro.report.Pause;

/** A pipeline is paused, so that no run of it starts. */
final class PausedException extends RuntimeException {
    PausedException(Pause pause) {
        super("pipeline '" + pause.pipeline() + "' is paused by " + pause.by() + " since "
                + HistoryCommand.seconds(pause.since()) + ": " + pause.reason() + ". `tofro unpause "
                + pause.pipeline() + "` ends that; --even-if-paused starts this run all the same");
    }
}
