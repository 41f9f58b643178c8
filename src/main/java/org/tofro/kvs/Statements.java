package org.tofro.kvs;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The statements that read a key of a version, prepared once for each choice of fields; those used last are kept. */
final class Statements {
    private static final int KEPT = 500;

    private final CqlSession session;
    private final String keyspace;
    private final Map<String, CompletionStage<PreparedStatement>> prepared = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletionStage<PreparedStatement>> eldest) {
            return size() > KEPT;
        }
    };

    Statements(CqlSession session, String keyspace) {
        this.session = session;
        this.keyspace = keyspace;
    }

    /** @param fields the columns to read, in the schema's order; where there are none, the key shows that it is there */
    CompletionStage<PreparedStatement> reading(JobVersion version, List<KvsColumn> fields) {
        String cql =
                "SELECT " + KvsTables.quoted(fields.isEmpty() ? version.schema().key() : fields) + " FROM "
                        + KvsTables.name(keyspace, version) + KvsTables.whereKey(version.schema());
        synchronized (prepared) {
            CompletionStage<PreparedStatement> stage = prepared.get(cql);
            if (stage == null || stage.toCompletableFuture().isCompletedExceptionally()) {
                stage = session.prepareAsync(cql);
                prepared.put(cql, stage);
            }
            return stage;
        }
    }
}
