package org.tofro.cli;

import org.tofro.report.RunReport;

/** How a command ends, for cron and scripts. */
public enum ExitCode {
    /** All is done. */
    OK(0),
    /** A step failed or was refused. */
    FAILED(1),
    /** A file or an argument is wrong; nothing was started. */
    INVALID(2),
    /** Something that it depends on is late; try again later. */
    NOT_READY(20),
    /** A fault of Tofro itself. */
    CRASHED(70),
    /** Another run of the pipeline is at work, or another launch of this one came first. */
    BUSY(75);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The code that the process of a run with this report ends with. */
    static ExitCode of(RunReport report) {
        return switch (report.result()) {
            case SUCCEEDED, PARTIAL -> report.tornDown() ? OK : FAILED;
            case FAILED -> FAILED;
            case NOT_READY -> NOT_READY;
        };
    }
}
