package org.tofro.kvs.serve;

import java.time.Duration;

/** Lets as many requests in as the service takes at once, and none when it is about to stop. */
final class Gate {
    private final int most;
    private int inside;
    private boolean shut;

    Gate(int most) {
        this.most = most;
    }

    /** A place inside, which is left once. */
    final class Place {
        private boolean left;

        void leave() {
            synchronized (Gate.this) {
                if (!left) {
                    left = true;
                    inside--;
                    Gate.this.notifyAll();
                }
            }
        }
    }

    /** @throws ApiException where there is no place */
    synchronized Place enter() {
        if (shut) {
            throw new ApiException(503, "draining", "this instance is about to stop; ask another one");
        }
        if (inside >= most) {
            throw new ApiException(
                    503,
                    "overloaded",
                    "the service works on " + most + " requests, and takes no more at once; try again");
        }
        inside++;
        return new Place();
    }

    synchronized int inside() {
        return inside;
    }

    synchronized void shut() {
        shut = true;
    }

    /** Waits until all have left; false where they take longer than that. */
    synchronized boolean awaitEmpty(Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        while (inside > 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
