package org.tofro.connect.eventlog;

import java.util.Arrays;

/** The least order and place of each key, by the key's hash: a table with open addressing that grows. */
final class Firsts {
    private static final int WORDS = 4;

    private long[] table;
    private int slots;
    private int keys;

    Firsts(int expected) {
        slots = Integer.highestOneBit(Math.max(expected, 16)) * 2;
        table = empty(slots);
    }

    private static long[] empty(int slots) {
        long[] made = new long[slots * WORDS];
        // No line has a place below zero.
        Arrays.fill(made, -1);
        return made;
    }

    void add(long high, long low, long order, long place) {
        if (keys * 4L > slots * 3L) {
            grow();
        }
        int at = slot(high, low);
        boolean free = table[at + 3] < 0;
        keys += free ? 1 : 0;
        if (free || order < table[at + 2] || (order == table[at + 2] && place < table[at + 3])) {
            table[at] = high;
            table[at + 1] = low;
            table[at + 2] = order;
            table[at + 3] = place;
        }
    }

    boolean isFirst(long high, long low, long place) {
        return table[slot(high, low) + 3] == place;
    }

    private int slot(long high, long low) {
        int slot = (int) low & (slots - 1);
        while (true) {
            int at = slot * WORDS;
            if (table[at + 3] < 0 || (table[at] == high && table[at + 1] == low)) {
                return at;
            }
            slot = (slot + 1) & (slots - 1);
        }
    }

    private void grow() {
        long[] old = table;
        slots *= 2;
        table = empty(slots);
        keys = 0;
        for (int at = 0; at < old.length; at += WORDS) {
            if (old[at + 3] >= 0) {
                add(old[at], old[at + 1], old[at + 2], old[at + 3]);
            }
        }
    }
}
