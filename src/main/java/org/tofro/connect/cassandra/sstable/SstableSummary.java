package org.tofro.connect.cassandra.sstable;

import org.jspecify.annotations.Nullable;

/**
 * What a writer of SSTables has made, and all nodes have taken.
 *
 * @param rows the rows that were given
 * @param duplicates how many of them had the primary key of another one of their batch; the greater of two unequal values
 *     is the one that is read
 * @param tables the SSTables; each is one more for each node that keeps a part of it
 * @param bytes of their files, before they were multiplied by replication
 */
public record SstableSummary(long rows, long duplicates, int tables, long bytes) {
    /** From the program's last line; null where that is not one of success. */
    static @Nullable SstableSummary read(String line) {
        String[] words = line.split(" ");
        return words.length == 5 && words[0].equals("done")
                ? new SstableSummary(
                        Long.parseLong(words[1]),
                        Long.parseLong(words[2]),
                        Integer.parseInt(words[3]),
                        Long.parseLong(words[4]))
                : null;
    }
}
