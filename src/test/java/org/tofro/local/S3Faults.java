package org.tofro.local;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** What {@link S3Front} does wrong on purpose. Safe to use from any thread while requests run. */
public final class S3Faults {
    /** What goes wrong. */
    public enum Kind {
        /** The request is answered by 503 SlowDown and does nothing. */
        SLOW_DOWN,
        /** From the first such request on, every request is answered so for {@code value} milliseconds. */
        OUTAGE,
        /** Half of the answer's body comes {@code value} milliseconds late. */
        SLOW_BODY,
        /** The connection is cut when half of the answer's body has gone out. */
        CUT_BODY,
        /** The request is done, and the connection cut before a word of the answer. */
        LOSE_ANSWER,
        /** There is no such object. */
        MISSING
    }

    /** A fault that was switched on. */
    public static final class Fault {
        private final Kind kind;
        private final Pattern request;
        private final int occurrence;
        private final int times;
        private final long value;
        private final AtomicInteger seen = new AtomicInteger();
        private final AtomicInteger fired = new AtomicInteger();
        private final AtomicLong until = new AtomicLong();

        private Fault(Kind kind, Pattern request, int occurrence, int times, long value) {
            this.kind = kind;
            this.request = request;
            this.occurrence = occurrence;
            this.times = times;
            this.value = value;
        }

        /** How many requests it has met. */
        public int fired() {
            return fired.get();
        }

        Kind kind() {
            return kind;
        }

        long value() {
            return value;
        }

        private boolean meets(String line) {
            boolean now = kind == Kind.OUTAGE && until.get() != 0 ? System.nanoTime() < until.get() : counted(line);
            if (now) {
                fired.incrementAndGet();
            }
            return now;
        }

        private boolean counted(String line) {
            if (!request.matcher(line).find()) {
                return false;
            }
            int number = seen.incrementAndGet();
            boolean now = number >= occurrence && number < occurrence + times;
            if (now && kind == Kind.OUTAGE) {
                until.set(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(value));
            }
            return now;
        }
    }

    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    /**
     * Switches a fault on.
     *
     * @param kind what goes wrong
     * @param request found in {@code METHOD /bucket/key?query}
     * @param occurrence which such request is the first that it meets, from 1
     * @param times how many it meets
     * @param value the milliseconds, where the kind has some
     */
    public Fault add(Kind kind, String request, int occurrence, int times, long value) {
        Fault fault = new Fault(kind, Pattern.compile(request), occurrence, times, value);
        faults.add(fault);
        return fault;
    }

    /** Switches all faults off. */
    public void clear() {
        faults.clear();
    }

    /** The faults that this request meets; they count it. */
    List<Fault> meeting(String line) {
        return faults.stream().filter(fault -> fault.meets(line)).toList();
    }
}
