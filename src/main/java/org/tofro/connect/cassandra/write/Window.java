package org.tofro.connect.cassandra.write;

import java.util.function.LongSupplier;

/**
 * How many rows of a writer may be on their way. It slides: as soon as some are answered, others go. It grows by a step
 * while the cluster answers in good time, and shrinks by a factor when answers take long or say that there are too many
 * requests, so that the writer's rate follows what the cluster takes, and others who use it still get their answers.
 */
final class Window {
    /** Fewer would be one request after the other. */
    private static final int LEAST = 16;

    private static final int FIRST = 256;
    private static final int STEP = 64;
    private static final double SLOWER = 0.8;
    private static final double OVERLOADED = 0.5;
    private static final long EPOCH_NANOS = 100_000_000;
    private static final int EPOCH_ANSWERS = 8;
    /** Answers that take so long have waited in a queue, unless the way itself takes as long. */
    private static final long SLOW_NANOS = 50_000_000;

    private static final int SLOW_TIMES = 4;
    /** Of what is on its way, so that rows of a megabyte do not fill the memory. */
    private static final long MOST_BYTES = 8L << 20;

    private final int most;
    private final LongSupplier nanos;
    private double rows;
    private int onTheirWay;
    private int requests;
    private long bytes;
    private boolean waiting;
    private boolean wasFull;
    private boolean closed;

    private long epochBegan;
    private long epochNanos;
    private int epochAnswers;
    private boolean epochOverloaded;
    private double quickest = Double.MAX_VALUE;

    /** @param nanos a clock */
    Window(int most, LongSupplier nanos) {
        this.most = Math.max(1, most);
        this.nanos = nanos;
        this.epochBegan = nanos.getAsLong();
        this.rows = Math.min(FIRST, this.most);
    }

    /** Waits for room; a request that is larger than the window goes alone. False where it was closed. */
    synchronized boolean enter(int more, long moreBytes) throws InterruptedException {
        while (!closed && requests > 0 && (onTheirWay + more > rows || bytes + moreBytes > MOST_BYTES)) {
            wasFull = true;
            waiting = true;
            wait();
        }
        onTheirWay += more;
        bytes += moreBytes;
        requests++;
        return !closed;
    }

    /** A request that took so long was answered for good. */
    synchronized void leave(int less, long lessBytes, long took) {
        onTheirWay -= less;
        bytes -= lessBytes;
        requests--;
        epochNanos += took;
        epochAnswers++;
        if (epochAnswers >= EPOCH_ANSWERS && nanos.getAsLong() - epochBegan >= EPOCH_NANOS) {
            adapt();
        }
        // Waking the writer for every row that has left would cost more than the row.
        if (waiting && (requests == 0 || onTheirWay <= rows - rows / 8)) {
            waiting = false;
            notifyAll();
        }
    }

    /** The cluster had too much to do for a request, which is tried again. */
    synchronized void overloaded() {
        epochOverloaded = true;
        if (nanos.getAsLong() - epochBegan >= EPOCH_NANOS) {
            adapt();
        }
    }

    private void adapt() {
        double mean = epochAnswers == 0 ? 0 : (double) epochNanos / epochAnswers;
        if (epochAnswers > 0) {
            // It creeps up, so that a way that has become longer is known some time.
            quickest = Math.min(quickest * 1.01, mean);
        }
        if (epochOverloaded) {
            rows = Math.max(least(), rows * OVERLOADED);
        } else if (mean > Math.max(SLOW_NANOS, SLOW_TIMES * quickest)) {
            rows = Math.max(least(), rows * SLOWER);
        } else if (wasFull) {
            rows = Math.min(most, rows + STEP);
        }
        epochBegan = nanos.getAsLong();
        epochNanos = 0;
        epochAnswers = 0;
        epochOverloaded = false;
        wasFull = false;
    }

    private int least() {
        return Math.min(LEAST, most);
    }

    /** Waits until nothing is on its way. */
    synchronized void drain() throws InterruptedException {
        while (!closed && requests > 0) {
            waiting = true;
            wait();
        }
    }

    /** Lets all go who wait. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Whether somebody waits for room. */
    synchronized boolean isAwaited() {
        return waiting;
    }

    synchronized int size() {
        return (int) rows;
    }
}
