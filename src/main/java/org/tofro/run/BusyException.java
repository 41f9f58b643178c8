package org.tofro.run;

/** Another launch of the pipeline holds its lease. */
public final class BusyException extends Exception {
    public BusyException(String message) {
        super(message);
    }
}
