package org.tofro.connect.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.metadata.TokenMap;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tofro.connect.cassandra.session.DriverErrors;
import org.tofro.connect.cassandra.session.RowRate;
import org.tofro.connect.extract.Cancellation;
import org.tofro.connect.extract.ExtractException;
import org.tofro.connect.extract.ExtractProgress;
import org.tofro.connect.staging.CsvEncoder;
import org.tofro.connect.types.CheckedRows;
import org.tofro.connect.types.Misfits;

/**
 * Reads ranges page by page; the next page is on its way while one is written, unless pages are of one large row. For one thread.
 */
final class PageReader {
    /** Of a page that the server answers with an error. */
    private static final int TRIES = 8;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** What a value takes in memory beside its bytes. */
    private static final int VALUE_BYTES = 80;

    private final CassandraRequest request;
    private final CassandraReadPlan plan;
    private final CqlSession session;
    private final CsvEncoder encoder;
    private final CheckedRows checked;
    private final Shared shared;
    private final ExtractProgress progress;
    private final Cancellation cancellation;
    private final Duration patience;
    private final CqlValue[] values;
    private final int[] places;
    private long rowsRead;

    PageReader(
            CassandraRequest request,
            CassandraReadPlan plan,
            CqlSession session,
            CsvEncoder encoder,
            Shared shared,
            ExtractProgress progress,
            Cancellation cancellation,
            Duration patience) {
        this.request = request;
        this.plan = plan;
        this.session = session;
        this.encoder = encoder;
        this.checked = new CheckedRows(encoder, plan.columns());
        this.shared = shared;
        this.progress = progress;
        this.cancellation = cancellation;
        this.patience = patience;
        this.values = plan.columns().stream()
                .map(column -> new CqlValue(
                        ((CqlType) column.type()).type(), column.conversion().form()))
                .toArray(CqlValue[]::new);
        this.places = plan.places().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * What the readers of an extract share.
     *
     * @param left rows that a trial run may still take
     */
    record Shared(PageSize pages, RowRate rate, AtomicLong left) {}

    /** Rows that the pages held. */
    long rowsRead() {
        return rowsRead;
    }

    Misfits misfits() {
        return checked.misfits();
    }

    /** Reads all rows of a range into the encoder. */
    void read(TokenRange range) throws InterruptedException {
        BoundStatement statement = statement(range);
        ByteBuffer place = null;
        CompletionStage<AsyncResultSet> coming = null;
        while (true) {
            long started = System.nanoTime();
            long writingBefore = encoder.writingNanos();
            ByteBuffer from = place;
            AsyncResultSet page = answer(coming == null ? ask(statement, from) : coming, () -> ask(statement, from));
            place = page.getExecutionInfo().getPagingState();
            ByteBuffer next = place;
            boolean more = next != null && shared.left().get() > 0;
            coming = more && shared.pages().rows() > 1 ? ask(statement, next) : null;
            write(page);
            long writing = encoder.writingNanos() - writingBefore;
            progress.addTime(System.nanoTime() - started - writing, writing);
            if (!more) {
                return;
            }
        }
    }

    private BoundStatement statement(TokenRange range) throws InterruptedException {
        SimpleStatement text = SimpleStatement.newInstance(plan.select().cql(plan.partitionKey(), range));
        // The driver keeps what was prepared: the same text is prepared once.
        BoundStatement statement = answer(session.prepareAsync(text), () -> session.prepareAsync(text))
                .bind()
                .setConsistencyLevel(level())
                .setIdempotent(true);
        Long after = range.after();
        Long upTo = range.upTo();
        if (after != null) {
            statement = statement.setLong("after", after);
        }
        if (upTo != null) {
            statement = statement.setLong("up_to", upTo);
        }
        TokenMap ring = session.getMetadata().getTokenMap().orElse(null);
        Long any = upTo == null ? after : upTo;
        if (ring != null && any != null) {
            statement = statement
                    .setRoutingKeyspace(com.datastax.oss.driver.api.core.CqlIdentifier.fromInternal(request.keyspace()))
                    .setRoutingToken(ring.parse(Long.toString(any)));
        }
        return statement;
    }

    private ConsistencyLevel level() {
        return DefaultConsistencyLevel.valueOf(request.consistency().name());
    }

    private CompletionStage<AsyncResultSet> ask(BoundStatement statement, @Nullable ByteBuffer place) {
        return session.executeAsync(statement
                .setPagingState(place == null ? null : place.duplicate())
                .setPageSize(shared.pages().rows()));
    }

    /** What was asked for, a page above all, and is asked for again as often as it takes: nothing of it was written. */
    private <T> T answer(CompletionStage<T> asked, Supplier<CompletionStage<T>> again) throws InterruptedException {
        CompletionStage<T> answer = asked;
        long begun = System.nanoTime();
        Duration pause = Duration.ofMillis(250);
        for (int attempt = 1; ; attempt++) {
            try {
                T come = answer.toCompletableFuture().get();
                if (attempt > 1) {
                    progress.phase("reading");
                }
                return come;
            } catch (ExecutionException | CancellationException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                demandWorthwhile(cause, attempt, Duration.ofNanos(System.nanoTime() - begun));
                if (!DriverErrors.isLost(cause)) {
                    shared.pages().tooLarge();
                }
                progress.phase("waiting for connection '" + request.connection().name() + "'");
            }
            pause(pause);
            pause = longer(pause);
            answer = again.get();
        }
    }

    private Duration longer(Duration pause) {
        Duration longest = patience.dividedBy(10).compareTo(LONGEST_PAUSE) < 0 ? patience.dividedBy(10) : LONGEST_PAUSE;
        Duration longer = pause.multipliedBy(2);
        return longer.compareTo(longest) < 0 ? longer : longest;
    }

    /** Throws where asking again is of no use, or was of none for too long. */
    private void demandWorthwhile(Throwable cause, int attempt, Duration since) {
        ExtractException told = CassandraErrors.translate(request, cause);
        if (cancellation.isCancelled()) {
            throw CassandraExtract.cancelled(request);
        }
        if (!DriverErrors.isTransient(cause)) {
            throw told;
        }
        if (DriverErrors.isLost(cause)) {
            if (since.compareTo(patience) > 0) {
                throw new ExtractException(
                        "%s; the cluster did not come back within %d s. `resume` goes on when it is back"
                                .formatted(told.getMessage(), patience.toSeconds()),
                        true,
                        cause);
            }
        } else if (attempt == TRIES) {
            throw new ExtractException(
                    "%s. A page was tried %d times".formatted(told.getMessage(), TRIES), true, cause);
        }
        if (attempt == 1) {
            progress.warn(told.getMessage() + "; asking again");
        }
    }

    private void pause(Duration least) throws InterruptedException {
        cancellation.pause(least.plusMillis(ThreadLocalRandom.current().nextLong(least.toMillis())));
        if (cancellation.isCancelled()) {
            throw CassandraExtract.cancelled(request);
        }
    }

    private void write(AsyncResultSet page) throws InterruptedException {
        int rows = page.remaining();
        if (request.limit().isPresent()) {
            long before = shared.left().getAndAdd(-rows);
            rows = (int) Math.max(0, Math.min(rows, before));
        }
        rowsRead += rows;
        long bytes = 0;
        long widest = 0;
        int left = rows;
        for (Row row : page.currentPage()) {
            if (left-- == 0) {
                break;
            }
            long size = write(row);
            bytes += size;
            widest = Math.max(widest, size);
        }
        shared.pages().saw(rows, bytes, widest);
        progress.addRows(rows);
        long wait = shared.rate().took(rows);
        if (wait > 0) {
            cancellation.pause(Duration.ofNanos(wait));
        }
    }

    private long write(Row row) {
        long size = 0;
        for (int i = 0; i < places.length; i++) {
            ByteBuffer value = row.getBytesUnsafe(places[i]);
            checked.value(value == null ? null : values[i].staged(value));
            size += VALUE_BYTES + (value == null ? 0 : value.remaining());
        }
        checked.endRow();
        return size;
    }
}
