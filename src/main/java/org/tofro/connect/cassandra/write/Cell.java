package org.tofro.connect.cassandra.write;

import java.nio.ByteBuffer;

/** How the text of one type becomes the bytes that a server keeps. Stateless, so that many threads may share one. */
@FunctionalInterface
interface Cell {
    /**
     * The value's bytes.
     *
     * @param bytes holds the text from one place to before another; its owner may use it again unless the text is all of it
     */
    ByteBuffer of(byte[] bytes, int from, int to) throws Unfit;

    /** The text is no value of the type, or one that the type would have to change. */
    final class Unfit extends Exception {
        /**
         * A reason.
         *
         * @param how what is wrong with it, as a sentence goes on after "a value"; never the value
         */
        Unfit(String how) {
            super(how, null, false, false);
        }

        String how() {
            return String.valueOf(getMessage());
        }
    }
}
