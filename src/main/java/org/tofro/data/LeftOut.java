package org.tofro.data;

import java.io.Serializable;

/**
 * Rows that were read and are not staged, each for a reason that the user has asked for. Rows read are always rows
 * staged and these.
 *
 * @param rejected rows that could not be understood and stand in a rejects file
 * @param duplicates rows of which another one with the same key was taken
 */
public record LeftOut(long rejected, long duplicates) implements Serializable {
    public static final LeftOut NONE = new LeftOut(0, 0);

    public long rows() {
        return rejected + duplicates;
    }
}
