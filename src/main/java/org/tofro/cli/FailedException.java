package org.tofro.cli;

/** A command could not do its work; the message says why and what to do. */
final class FailedException extends RuntimeException {
    FailedException(String message) {
        super(message);
    }
}
