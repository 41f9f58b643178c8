package org.tofro.cli;

/** A file or an argument is wrong; the message is all that the user has to read. */
final class InvalidInputException extends RuntimeException {
    InvalidInputException(String message) {
        super(message);
    }
}
