package org.tofro.notify;

/** Somebody could not be told; the message is a clause that says why, without secrets. */
final class NotToldException extends Exception {
    NotToldException(String why) {
        super(why);
    }
}
