package org.tofro.notify;

/** Brings a message to somebody, by one channel. */
interface Sender {
    /** Sends it once; throws where it is not known to have arrived. */
    void send(RunMessage message, TimeLimit limit) throws NotToldException, InterruptedException;
}
