package org.tofro.data;

import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The stretch of an incremental extract's cursor that its staged files hold: all rows from one value up to another. It
 * travels with the files into the ledger of the staging table, and from there, in the transaction that publishes them,
 * into the ledger of the production table, where the next run looks how far the last one came.
 *
 * @param from the first value that was asked for, inclusive, as the source prints it; null for the beginning
 * @param to where the next run goes on, as the source prints it
 * @param closed whether rows of the value {@code to} itself are among the files
 * @param moves whether the next run goes on from {@code to}; false for a backfill, which never moves the watermark
 */
public record CursorRange(@Nullable String from, String to, boolean closed, boolean moves) implements Serializable {
    private static final Pattern TEXT = Pattern.compile("(backfill )?\\[([^/]*)/([^/]*)([\\])])");

    /** As the ledger holds it: {@code [2026-11-22 00:00:00/2026-11-23 00:00:00)}. */
    public String text() {
        return (moves ? "" : "backfill ") + "[" + (from == null ? "" : from) + "/" + to + (closed ? "]" : ")");
    }

    /** Reads what {@link #text} wrote; empty for null and for anything else. */
    public static Optional<CursorRange> parse(@Nullable String text) {
        Matcher matcher = TEXT.matcher(text == null ? "" : text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String from = matcher.group(2);
        return Optional.of(new CursorRange(
                from.isEmpty() ? null : from,
                matcher.group(3),
                matcher.group(4).equals("]"),
                matcher.group(1) == null));
    }
}
