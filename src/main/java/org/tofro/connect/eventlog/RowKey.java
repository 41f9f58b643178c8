package org.tofro.connect.eventlog;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tells that two rows are the same event, and which of them comes first. For one thread. */
final class RowKey {
    private final int[] columns;
    private final int order;
    private final boolean descending;
    private final MessageDigest digest;
    private final byte[] hash = new byte[32];
    private final ByteBuffer words = ByteBuffer.wrap(hash);

    private RowKey(int[] columns, int order, boolean descending) {
        this.columns = columns;
        this.order = order;
        this.descending = descending;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The key of a log's rows; null where every line is an event of its own. */
    static @Nullable RowKey of(EventLog log) {
        EventLog.Distinct distinct = log.distinct();
        List<String> names =
                log.contract().fields().stream().map(EventField::name).toList();
        return distinct.by().isEmpty()
                ? null
                : new RowKey(
                        distinct.by().stream().mapToInt(names::indexOf).toArray(),
                        distinct.order() == null ? -1 : names.indexOf(distinct.order()),
                        distinct.descending());
    }

    /** Takes a row; false where a column of the key has no value, so that it is like no other. */
    boolean take(EventRow row) {
        digest.reset();
        for (int column : columns) {
            if (!row.has(column)) {
                return false;
            }
            int length = row.end(column) - row.start(column);
            for (int shift = 24; shift >= 0; shift -= 8) {
                digest.update((byte) (length >>> shift));
            }
            digest.update(row.values(), row.start(column), length);
        }
        try {
            digest.digest(hash, 0, hash.length);
        } catch (java.security.DigestException e) {
            throw new IllegalStateException("a SHA-256 has 32 bytes", e);
        }
        return true;
    }

    long high() {
        return words.getLong(0);
    }

    long low() {
        return words.getLong(8);
    }

    /** Less for the row that is taken; rows without a value come last. */
    long order(EventRow row) {
        if (order < 0) {
            return 0;
        }
        if (!row.has(order)) {
            return Long.MAX_VALUE;
        }
        long value = row.order(order);
        return descending ? ~value : value;
    }
}
