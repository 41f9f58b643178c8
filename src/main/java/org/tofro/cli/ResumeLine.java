package org.tofro.cli;

import java.util.List;

/** The command that goes on with a run, as it is typed. */
final class ResumeLine {
    private ResumeLine() {}

    /** @param runner the environment, as it was given */
    static String here(String run, String runner) {
        return "tofro resume " + run + (runner.equals("local") ? "" : " --runner " + runner);
    }

    /**
     * For a backfill on a cluster, which is started again.
     *
     * @param arguments the options that ask for it
     */
    static String submitted(String pipeline, List<String> arguments, String runner) {
        return "tofro submit " + pipeline + " --runner " + runner + " " + String.join(" ", arguments);
    }

    /** For a run that worked on a cluster of EMR. */
    static String submitted(String pipeline, String run, String runner) {
        return "tofro submit " + pipeline + " --runner " + runner + " --resume " + run;
    }
}
