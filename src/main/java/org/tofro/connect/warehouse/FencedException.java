package org.tofro.connect.warehouse;

/** This run no longer holds its pipeline's lease: another launch took over, or the lease ran out. */
public final class FencedException extends Exception {
    FencedException(String message) {
        super(message);
    }
}
