package org.tofro.cli;

/** The command that goes on with a run, as it is typed. */
final class ResumeLine {
    private ResumeLine() {}

    /** @param runner the environment, as it was given */
    static String here(String run, String runner) {
        return "tofro resume " + run + (runner.equals("local") ? "" : " --runner " + runner);
    }

    /** For a run that worked on a cluster of EMR. */
    static String submitted(String pipeline, String run, String runner) {
        return "tofro submit " + pipeline + " --runner " + runner + " --resume " + run;
    }
}
