package org.tofro.kvs;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Reads the keys of one answer, each from the node that has it, some of them at a time. */
final class KeyFetch {
    private static final int AT_ONCE = 64;

    private final CqlSession session;
    private final JobVersion version;
    private final List<KvsColumn> fields;
    private final PreparedStatement statement;
    private final Duration timeout;
    private final Map<KvsKey, KvsKey> typed;
    private final Iterator<Map.Entry<KvsKey, KvsKey>> left;
    private final Map<KvsKey, KvsEntry> found = new LinkedHashMap<>();
    private final CompletableFuture<KvsAnswer> answer = new CompletableFuture<>();
    private int open;

    KeyFetch(
            CqlSession session,
            JobVersion version,
            List<KvsColumn> fields,
            PreparedStatement statement,
            Duration timeout,
            Map<KvsKey, KvsKey> typed) {
        this.session = session;
        this.version = version;
        this.fields = fields;
        this.statement = statement;
        this.timeout = timeout;
        this.typed = typed;
        this.left = typed.entrySet().iterator();
        this.open = typed.size();
    }

    CompletionStage<KvsAnswer> start() {
        if (typed.isEmpty()) {
            answer.complete(new KvsAnswer(version, typed, Map.of()));
        }
        for (int i = 0; i < Math.min(AT_ONCE, typed.size()); i++) {
            next();
        }
        return answer;
    }

    private void next() {
        Map.Entry<KvsKey, KvsKey> key;
        synchronized (this) {
            if (!left.hasNext() || answer.isDone()) {
                return;
            }
            key = left.next();
        }
        session.executeAsync(statement
                        .bind(key.getValue().parts().toArray())
                        .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                        .setIdempotent(true)
                        .setTimeout(timeout))
                .whenComplete((rows, e) -> {
                    if (e != null) {
                        answer.completeExceptionally(e);
                        return;
                    }
                    try {
                        arrived(key, rows.one());
                    } catch (RuntimeException broken) {
                        answer.completeExceptionally(broken);
                    }
                    next();
                });
    }

    private void arrived(Map.Entry<KvsKey, KvsKey> key, @Nullable Row row) {
        @Nullable KvsEntry entry = row == null ? null : entry(key.getValue(), row);
        boolean last;
        synchronized (this) {
            if (entry != null) {
                found.put(key.getKey(), entry);
            }
            last = --open == 0;
        }
        if (last) {
            Map<KvsKey, KvsEntry> ordered = new LinkedHashMap<>();
            typed.keySet().forEach(asked -> {
                KvsEntry there = found.get(asked);
                if (there != null) {
                    ordered.put(asked, there);
                }
            });
            answer.complete(new KvsAnswer(version, typed, ordered));
        }
    }

    private KvsEntry entry(KvsKey key, Row row) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            // The driver makes an empty collection of one that is missing.
            Object value = row.isNull(i) ? null : row.getObject(i);
            values.put(fields.get(i).name(), value instanceof ByteBuffer bytes ? bytes.asReadOnlyBuffer() : value);
        }
        return new KvsEntry(version, key, fields, values);
    }
}
