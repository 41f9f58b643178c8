package org.tofro.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The text of a log in memory, bounded: its beginning and its end, and how many lines are left out between. Safe for many
 * threads.
 */
final class LogText {
    private final int headChars;
    private final int tailChars;
    private final StringBuilder head = new StringBuilder();
    private final Deque<String> tail = new ArrayDeque<>();
    private int tailLength;
    private long leftOut;
    private long added;
    private boolean headFull;

    /** Its beginning and its end have so many characters, at most. */
    LogText(int headChars, int tailChars) {
        this.headChars = headChars;
        this.tailChars = tailChars;
    }

    synchronized void add(LogLine line) {
        String text = line.written() + "\n";
        added++;
        headFull |= head.length() + text.length() > headChars;
        if (!headFull) {
            head.append(text);
            return;
        }
        tail.add(text);
        tailLength += text.length();
        while (tailLength > tailChars && tail.size() > 1) {
            tailLength -= tail.remove().length();
            leftOut++;
        }
    }

    /** How many lines were added: it tells whether there are new ones. */
    synchronized long added() {
        return added;
    }

    synchronized String text() {
        StringBuilder all = new StringBuilder(head);
        if (leftOut > 0) {
            all.append(RunLogs.LEFT_OUT).append(leftOut).append('\n');
        }
        tail.forEach(all::append);
        return all.toString();
    }
}
