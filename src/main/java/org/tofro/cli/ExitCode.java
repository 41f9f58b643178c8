package org.tofro.cli;

/** What the process tells cron. */
enum ExitCode {
    OK(0),
    /** A step failed, or the run was ended. */
    FAILED(1),
    /** A file or the arguments are wrong. */
    INVALID(2),
    /** A dependency is late. */
    NOT_READY(20),
    /** The program itself failed. */
    CRASHED(70),
    /** Another run of the pipeline is at work. */
    BUSY(75);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
